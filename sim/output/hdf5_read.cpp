#include "sim/output/hdf5_read.hpp"

#include <algorithm>

namespace wattershed {

namespace {

constexpr hsize_t most_texts_in_attribute = 65'536;

herr_t keep_name(hid_t, const char* name, const H5L_info_t* info, void* out) {
  auto& names = *static_cast<std::vector<std::string>*>(out);
  if (names.size() >= most_hdf5_objects) return -1;
  try {
    if (info->type == H5L_TYPE_HARD) names.emplace_back(name);
  } catch (...) {
    return -1;  // no exception may pass through HDF5's C code
  }
  return 0;
}

herr_t keep_attribute_name(hid_t, const char* name, const H5A_info_t*, void* out) {
  auto& names = *static_cast<std::vector<std::string>*>(out);
  if (names.size() >= 1'000) return -1;
  try {
    names.emplace_back(name);
  } catch (...) {
    return -1;
  }
  return 0;
}

}  // namespace

std::vector<std::string> hdf5_names(hid_t group) {
  std::vector<std::string> names;
  hsize_t from = 0;
  if (H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, &from, keep_name, &names) >= 0) return names;
  names.clear();
  from = 0;
  hdf5_checked(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &from, keep_name, &names), "list of a group");
  return names;
}

std::vector<std::string> hdf5_attribute_names(hid_t object) {
  std::vector<std::string> names;
  hsize_t from = 0;
  if (H5Aiterate2(object, H5_INDEX_CRT_ORDER, H5_ITER_INC, &from, keep_attribute_name, &names) < 0) names.clear();
  return names;
}

Hdf5Shape hdf5_shape(hid_t space) {
  Hdf5Shape shape;
  if (H5Sget_simple_extent_type(space) == H5S_SCALAR) return shape;
  if (H5Sget_simple_extent_type(space) != H5S_SIMPLE) throw Hdf5Failure("a dataset without values");
  shape.axes = H5Sget_simple_extent_ndims(space);
  if (shape.axes < 1 || shape.axes > 2) throw Hdf5Failure("a dataset of " + std::to_string(shape.axes) + " axes");
  hdf5_checked(H5Sget_simple_extent_dims(space, shape.size.data(), nullptr), "shape");
  return shape;
}

std::vector<std::string> hdf5_texts(hid_t type, hid_t space, std::size_t n,
                                    const std::function<void(hid_t, void*)>& read) {
  std::vector<std::string> result;
  result.reserve(n);
  if (n == 0) return result;
  if (H5Tis_variable_str(type) > 0) {
    const Hdf5Handle memory = text_type();
    hdf5_checked(H5Tset_cset(memory.get(), H5Tget_cset(type)), "text type");
    std::vector<char*> pointers(n, nullptr);
    read(memory.get(), static_cast<void*>(pointers.data()));
    for (const char* pointer : pointers) result.emplace_back(pointer == nullptr ? "" : pointer);
    H5Dvlen_reclaim(memory.get(), space, H5P_DEFAULT, static_cast<void*>(pointers.data()));
    return result;
  }
  const std::size_t size = H5Tget_size(type);
  if (size == 0 || size > std::size_t{1} << 20 || n > (std::size_t{1} << 30) / size)
    throw Hdf5Failure("text too long");
  std::vector<char> bytes(n * size);
  read(type, static_cast<void*>(bytes.data()));
  for (std::size_t i = 0; i < n; ++i) {
    const char* start = bytes.data() + i * size;
    result.emplace_back(start, std::find(start, start + size, '\0'));
  }
  return result;
}

std::optional<std::vector<std::string>> hdf5_text_attribute(hid_t object, const std::string& name) {
  if (H5Aexists(object, name.c_str()) <= 0) return std::nullopt;
  const Hdf5Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "attribute " + name);
  const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose, name);
  if (H5Tget_class(type.get()) != H5T_STRING) return std::nullopt;
  const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose, name);
  const Hdf5Shape shape = hdf5_shape(space.get());
  if (shape.axes > 1 || shape.size[0] > most_texts_in_attribute)
    throw Hdf5Failure("attribute " + name + " is too long");
  return hdf5_texts(type.get(), space.get(), shape.size[0], [&](hid_t memory, void* out) {
    hdf5_checked(H5Aread(attribute.get(), memory, out), "attribute " + name);
  });
}

std::string hdf5_text(hid_t object, const std::string& name) {
  const auto values = hdf5_text_attribute(object, name);
  return values && !values->empty() ? values->front() : std::string();
}

}  // namespace wattershed
