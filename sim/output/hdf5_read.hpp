/// Names, shapes, texts and attributes of HDF5 objects in a file that may be damaged. Only for .cpp files.
///
/// Every size is held against a bound that no file of ours comes near, before memory is asked for. To be used under
/// Hdf5Lock.
///
/// Errors  Hdf5Failure for what HDF5 refuses and for what is over a bound
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/output/hdf5_handle.hpp"

namespace wattershed {

/// Objects of a file: what is over this is damage.
inline constexpr std::size_t most_hdf5_objects = 100'000;

/// What hangs in a group by a hard link, in the order in which it was made.
std::vector<std::string> hdf5_names(hid_t group);
/// Attributes of an object, in that order; none where they cannot be listed.
std::vector<std::string> hdf5_attribute_names(hid_t object);

/// 0 axes: a scalar.
struct Hdf5Shape {
  int axes = 0;
  std::array<hsize_t, 2> size{1, 1};
};
Hdf5Shape hdf5_shape(hid_t space);

inline bool is_hdf5_number(H5T_class_t type) { return type == H5T_INTEGER || type == H5T_FLOAT; }

/// `n` texts of any kind HDF5 has, through `read(memory type, destination)`.
std::vector<std::string> hdf5_texts(hid_t type, hid_t space, std::size_t n,
                                    const std::function<void(hid_t, void*)>& read);

/// Empty when it is not there or no text.
std::optional<std::vector<std::string>> hdf5_text_attribute(hid_t object, const std::string& name);
/// Its first text, or nothing.
std::string hdf5_text(hid_t object, const std::string& name);
/// Up to 256 numbers; empty when it is not there or not numeric. `memory_type` is that of Number.
template <class Number>
std::vector<Number> hdf5_number_attribute(hid_t object, const std::string& name, hid_t memory_type) {
  if (H5Aexists(object, name.c_str()) <= 0) return {};
  const Hdf5Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "attribute " + name);
  const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose, name);
  if (!is_hdf5_number(H5Tget_class(type.get()))) return {};
  const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose, name);
  const Hdf5Shape shape = hdf5_shape(space.get());
  if (shape.axes > 1 || shape.size[0] > 256) return {};
  std::vector<Number> values(shape.size[0]);
  if (!values.empty()) hdf5_checked(H5Aread(attribute.get(), memory_type, values.data()), "attribute " + name);
  return values;
}

}  // namespace wattershed
