#include "sim/input/packed_text.hpp"

#include <fmt/format.h>
#define ZLIB_CONST  // next_in points to what is only read
#include <zlib.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

namespace wattershed {
namespace {

constexpr std::size_t piece_size = 1 << 18;

/// Unpacks pieces of a gzip file, cut anywhere.
class Unpacker {
 public:
  Unpacker(const FileName& file, const TextKind& kind, const std::function<void(std::string_view)>& take)
      : file_(file), kind_(kind), take_(take), buffer_(piece_size) {
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (inflateInit2(&stream_, gzip_only) != Z_OK) throw std::runtime_error("zlib does not begin: no memory");
  }
  ~Unpacker() { inflateEnd(&stream_); }
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  void feed(std::string_view packed) {
    stream_.next_in = reinterpret_cast<const Bytef*>(packed.data());
    stream_.avail_in = static_cast<uInt>(packed.size());
    while (stream_.avail_in > 0 || more_waits_) {
      if (ended_) {  // another member follows
        if (inflateReset(&stream_) != Z_OK) refuse("its gzip data are damaged");
        ended_ = false;
      }
      stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) refuse("its gzip data are damaged");
      ended_ = status == Z_STREAM_END;
      more_waits_ = !ended_ && stream_.avail_out == 0;
      const std::size_t size = buffer_.size() - stream_.avail_out;
      bytes_ += size;
      if (bytes_ > kind_.most_bytes)
        refuse(fmt::format("unpacked it is over {} MiB; no {} is that large", kind_.most_bytes >> 20U, kind_.name));
      if (size > 0) take_({buffer_.data(), size});
    }
  }
  void finish() {
    if (!ended_) refuse("its gzip data end too early");
  }

 private:
  [[noreturn]] void refuse(std::string_view reason) const {
    throw InputError(file_.place, fmt::format("cannot read '{}': {}", file_.written, reason));
  }

  const FileName& file_;
  const TextKind& kind_;
  const std::function<void(std::string_view)>& take_;
  std::vector<char> buffer_;
  z_stream stream_{};
  bool ended_ = false, more_waits_ = false;
  std::uintmax_t bytes_ = 0;
};

}  // namespace

void read_unpacked(const FileName& file, const TextKind& kind, const std::function<void(std::string_view)>& take) {
  std::optional<Unpacker> unpacker;
  bool begun = false;
  read_pieces(file, kind, [&](std::string_view piece) {
    if (!begun && is_gzip(piece)) unpacker.emplace(file, kind, take);
    begun = true;
    if (unpacker)
      unpacker->feed(piece);
    else
      take(piece);
  });
  if (unpacker) unpacker->finish();
}

}  // namespace wattershed
