#include "sim/output/hdf5_handle.hpp"

#include <new>
#include <vector>

namespace wattershed {

namespace {

std::recursive_mutex& hdf5_mutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

bool prepare_library() {
  H5dont_atexit();  // must be the first call; a file that could not be flushed would be tried again for ever
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  return true;
}

/// HDF5's stack is walked from the place of the fault outwards; the first entry is the reason.
herr_t keep_first(unsigned n, const H5E_error2_t* error, void* out) {
  if (n == 0 && error->desc != nullptr) *static_cast<std::string*>(out) = error->desc;
  return 0;
}

/// "… errno = 28, error message = 'No space left on device', …" becomes the part people can use.
std::string plain_reason(const std::string& reason) {
  const std::string mark = "error message = '";
  const auto start = reason.find(mark);
  if (start == std::string::npos) return reason;
  const auto from = start + mark.size();
  return reason.substr(from, reason.find('\'', from) - from);
}

void write_raw(hid_t object, const std::string& name, hid_t file_type, hid_t memory_type, hid_t space,
               const void* data) {
  const Hdf5Handle attribute(H5Acreate2(object, name.c_str(), file_type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                             "attribute " + name);
  hdf5_checked(H5Awrite(attribute.get(), memory_type, data), "attribute " + name);
}

Hdf5Handle scalar_space() { return {H5Screate(H5S_SCALAR), H5Sclose, "scalar space"}; }
Hdf5Handle list_space(std::size_t n) {
  const hsize_t size = n;
  return {H5Screate_simple(1, &size, nullptr), H5Sclose, "list space"};
}

}  // namespace

Hdf5Lock::Hdf5Lock() : lock_(hdf5_mutex()) {
  static const bool prepared = prepare_library();
  static_cast<void>(prepared);
}

void Hdf5Lock::renew_in_child() { ::new (static_cast<void*>(&hdf5_mutex())) std::recursive_mutex; }

hid_t hdf5_checked(hid_t result, std::string_view what) {
  if (result >= 0) return result;
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &reason);
  throw Hdf5Failure(std::string(what) + ": " + (reason.empty() ? "HDF5 gave no reason" : plain_reason(reason)));
}

Hdf5Handle text_type() {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "text type");
  hdf5_checked(H5Tset_size(type.get(), H5T_VARIABLE), "text type");
  hdf5_checked(H5Tset_cset(type.get(), H5T_CSET_UTF8), "text type");
  return type;
}

Hdf5Handle creation_properties(hid_t list_class) {
  Hdf5Handle list(H5Pcreate(list_class), H5Pclose, "creation properties");
  hdf5_checked(H5Pset_obj_track_times(list.get(), false), "time stamps off");
  hdf5_checked(H5Pset_attr_creation_order(list.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "order");
  // Attributes stay in the object's own header, so that changing one touches one block of the file.
  hdf5_checked(H5Pset_attr_phase_change(list.get(), 60, 50), "attribute storage");
  if (list_class != H5P_DATASET_CREATE) {
    hdf5_checked(H5Pset_link_creation_order(list.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "order");
  }
  return list;
}

void write_attribute(hid_t object, const std::string& name, const std::string& value) {
  const char* text = value.c_str();
  const Hdf5Handle type = text_type();
  write_raw(object, name, type.get(), type.get(), scalar_space().get(), &text);
}

void write_attribute(hid_t object, const std::string& name, std::span<const std::string> values) {
  std::vector<const char*> texts;
  texts.reserve(values.size());
  for (const std::string& value : values) texts.push_back(value.c_str());
  const Hdf5Handle type = text_type();
  write_raw(object, name, type.get(), type.get(), list_space(texts.size()).get(), texts.data());
}

void write_attribute(hid_t object, const std::string& name, double value) {
  write_raw(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, scalar_space().get(), &value);
}

void write_attribute(hid_t object, const std::string& name, std::span<const int> values) {
  write_raw(object, name, H5T_STD_I32LE, H5T_NATIVE_INT, list_space(values.size()).get(), values.data());
}

void write_attribute(hid_t object, const std::string& name, std::span<const unsigned char> values) {
  write_raw(object, name, H5T_STD_U8LE, H5T_NATIVE_UCHAR, list_space(values.size()).get(), values.data());
}

void write_unsigned_attribute(hid_t object, const std::string& name, unsigned long long value) {
  write_raw(object, name, H5T_STD_U64LE, H5T_NATIVE_ULLONG, scalar_space().get(), &value);
}

void write_flag_attribute(hid_t object, const std::string& name, int value) {
  write_raw(object, name, H5T_STD_I32LE, H5T_NATIVE_INT, scalar_space().get(), &value);
}

}  // namespace wattershed
