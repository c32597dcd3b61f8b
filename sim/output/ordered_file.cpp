#include "sim/output/ordered_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "sim/output/hdf5_handle.hpp"

namespace wattershed {

namespace {

constexpr haddr_t page = 4096;

/// What the driver keeps in a list of access properties; HDF5 copies it byte by byte.
struct Options {
  const FileWatch* watch;
};

/// The place of a block in a commit: lower ranks are written first.
int commit_rank(H5FD_mem_t type, std::span<const std::byte> bytes) {
  constexpr int superblock = 0, texts = 1, index_root = 2, index_leaf = index_root + 255, continuation = 258,
                header = 259;
  const auto begins = [&](std::string_view signature) {
    return bytes.size() > 8 && std::memcmp(bytes.data(), signature.data(), signature.size()) == 0;
  };
  if (type == H5FD_MEM_SUPER) return superblock;
  if (begins("GCOL") || type == H5FD_MEM_LHEAP) return texts;
  if (begins("TREE")) return index_leaf - std::to_integer<int>(bytes[5]);  // byte 5: the level, 0 for a leaf
  if (type == H5FD_MEM_BTREE) return index_leaf;
  return begins("OCHK") ? continuation : header;
}

/// Collections of texts come to the driver as raw data.
bool is_text_collection(const void* bytes, std::size_t size) {
  return size >= page && std::memcmp(bytes, "GCOL", 4) == 0;
}

struct HeldBlock {
  int rank = 0;
  std::vector<std::byte> bytes;
};

/// One open file; HDF5 keeps its own fields in the base.
struct OrderedFile : H5FD_t {
  int descriptor = -1;
  dev_t device = 0;
  ino_t inode = 0;
  bool writable = false;
  bool empties = false;   // opened to be emptied, which waits for the lock: another run may be writing it
  bool failed = false;    // after a failed write nothing more is committed
  haddr_t end = 0;        // of what HDF5 has allocated
  haddr_t length = 0;     // of the file on the disk
  haddr_t committed = 0;  // the end at the last commit: nothing on the disk refers to what lies beyond
  const FileWatch* watch = nullptr;
  std::map<haddr_t, HeldBlock> held;

  ~OrderedFile() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

OrderedFile& file_of(H5FD_t* file) { return *static_cast<OrderedFile*>(file); }
const OrderedFile& file_of(const H5FD_t* file) { return *static_cast<const OrderedFile*>(file); }

/// Puts `reason` on HDF5's stack of errors; always false.
bool fail(hid_t minor, const char* reason) {
  H5Epush2(H5E_DEFAULT, __FILE__, "ordered_file", __LINE__, H5E_ERR_CLS, H5E_IO, minor, "%s", reason);
  return false;
}
bool fail_with_errno(hid_t minor) { return fail(minor, std::generic_category().message(errno).c_str()); }

/// Runs `work`, which gives false for a failure that it has explained; nothing may be thrown through HDF5.
template <class Work>
herr_t answer(Work work) noexcept {
  try {
    return work() ? 0 : -1;
  } catch (const std::exception& error) {
    fail(H5E_CANTOPERATE, error.what());
    return -1;
  }
}

// ---- the disk -------------------------------------------------------------------------------------------------

bool resize(OrderedFile& file, haddr_t length) {
  if (length > 0 && file.watch != nullptr) (*file.watch)(length, {});
  if (::ftruncate(file.descriptor, static_cast<off_t>(length)) != 0) return fail_with_errno(H5E_SEEKERROR);
  file.length = length;
  return true;
}

bool empty_if_asked(OrderedFile& file) {
  if (!file.empties) return true;
  file.empties = false;
  return resize(file, 0);
}

bool write_to_disk(OrderedFile& file, haddr_t address, std::span<const std::byte> bytes) {
  if (!empty_if_asked(file)) return false;
  if (file.watch != nullptr) (*file.watch)(address, bytes);
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file.descriptor, bytes.data(), bytes.size(), static_cast<off_t>(address));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      file.failed = true;
      return fail_with_errno(H5E_WRITEERROR);
    }
    address += static_cast<haddr_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    file.length = std::max(file.length, address);
  }
  return true;
}

bool read_from_disk(OrderedFile& file, haddr_t address, std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(file.descriptor, bytes.data(), bytes.size(), static_cast<off_t>(address));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_with_errno(H5E_READERROR);
    if (got == 0) break;
    address += static_cast<haddr_t>(got);
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
  std::fill(bytes.begin(), bytes.end(), std::byte{0});  // beyond the end of the file
  return true;
}

// ---- what is held ----------------------------------------------------------------------------------------------

/// Calls `visit` with every held block that shares a byte with [begin, end).
template <class Visit>
void for_overlapping(std::map<haddr_t, HeldBlock>& held, haddr_t begin, haddr_t end, Visit visit) {
  auto block = held.lower_bound(begin);
  if (block != held.begin() && std::prev(block)->first + std::prev(block)->second.bytes.size() > begin) --block;
  while (block != held.end() && block->first < end) visit(block++);
}

/// Takes [begin, end) out of what is held.
void drop(std::map<haddr_t, HeldBlock>& held, haddr_t begin, haddr_t end) {
  for_overlapping(held, begin, end, [&](auto block) {
    const haddr_t from = block->first;
    HeldBlock old = std::move(block->second);
    held.erase(block);
    const haddr_t to = from + old.bytes.size();
    const auto keep = [&](haddr_t first, haddr_t last) {
      if (first >= last) return;
      const auto part = std::span(old.bytes).subspan(first - from, last - first);
      held[first] = {old.rank, std::vector<std::byte>(part.begin(), part.end())};
    };
    keep(from, begin);
    keep(end, to);
  });
}

/// Brings everything that is held to the disk, in the order that the header gives.
bool commit(OrderedFile& file) {
  if (!file.writable) return true;
  if (file.failed) return fail(H5E_WRITEERROR, "an earlier write failed");
  if (file.end > file.length && !resize(file, file.end)) {
    file.failed = true;
    return false;
  }
  std::vector<std::pair<haddr_t, const HeldBlock*>> blocks;
  for (const auto& [address, block] : file.held) blocks.emplace_back(address, &block);
  std::stable_sort(blocks.begin(), blocks.end(),
                   [](const auto& a, const auto& b) { return a.second->rank < b.second->rank; });
  for (const auto& [address, block] : blocks) {
    if (!write_to_disk(file, address, block->bytes)) return false;
  }
  file.held.clear();
  file.committed = file.end;
  return true;
}

// ---- what HDF5 calls --------------------------------------------------------------------------------------------

H5FD_t* open_file(const char* name, unsigned flags, hid_t access, haddr_t) noexcept {
  try {
    auto file = std::make_unique<OrderedFile>();
    file->writable = (flags & H5F_ACC_RDWR) != 0;
    int mode = file->writable ? O_RDWR : O_RDONLY;
    if ((flags & H5F_ACC_CREAT) != 0) mode |= O_CREAT;
    if ((flags & H5F_ACC_EXCL) != 0) mode |= O_EXCL;
    if (file->writable) mode |= O_NOFOLLOW | O_NONBLOCK;  // through no link; a pipe is not waited for
    constexpr mode_t permissions = 0666;
    struct stat status {};
    file->descriptor = ::open(name, mode | O_CLOEXEC, permissions);
    if (file->descriptor < 0 || ::fstat(file->descriptor, &status) != 0) {
      fail_with_errno(H5E_CANTOPENFILE);
      return nullptr;
    }
    if (file->writable && !(S_ISREG(status.st_mode) && status.st_nlink <= 1)) {
      fail(H5E_CANTOPENFILE,
           S_ISREG(status.st_mode) ? "it has a second name, which would be written too" : "it is no regular file");
      return nullptr;
    }
    file->device = status.st_dev;
    file->inode = status.st_ino;
    file->empties = (flags & H5F_ACC_TRUNC) != 0;
    file->length = file->empties ? 0 : static_cast<haddr_t>(status.st_size);
    file->committed = file->length;
    if (const void* options = H5Pget_driver_info(access)) file->watch = static_cast<const Options*>(options)->watch;
    return file.release();
  } catch (const std::exception& error) {
    fail(H5E_CANTOPENFILE, error.what());
    return nullptr;
  }
}

herr_t close_file(H5FD_t* file) noexcept {
  const std::unique_ptr<OrderedFile> owned(&file_of(file));
  return answer([&] { return owned->held.empty() || commit(*owned); });
}

int compare_files(const H5FD_t* left, const H5FD_t* right) noexcept {
  const OrderedFile &a = file_of(left), &b = file_of(right);
  if (a.device != b.device) return a.device < b.device ? -1 : 1;
  if (a.inode != b.inode) return a.inode < b.inode ? -1 : 1;
  return 0;
}

/// None of HDF5's gathering of writes and of space: every write is one object, every new object lies at the end.
herr_t query_features(const H5FD_t*, unsigned long* features) noexcept {
  if (features != nullptr) *features = H5FD_FEAT_POSIX_COMPAT_HANDLE | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

/// What fits on a page never lies on two. Collections of texts, asked for as raw data, are a page long.
haddr_t allocate(H5FD_t* file, H5FD_mem_t, hid_t, hsize_t size) noexcept {
  haddr_t& end = file_of(file).end;
  const bool straddles = end / page != (end + size - 1) / page;
  if (size <= page && straddles) end = (end + page - 1) / page * page;
  const haddr_t address = end;
  end += size;
  return address;
}

/// Told an end that no block has, HDF5 does not stretch the last block over more pages, and never takes space back.
haddr_t end_of_space(const H5FD_t* file, H5FD_mem_t type) noexcept {
  return file_of(file).end + (type == H5FD_MEM_SUPER ? 0 : 1);
}

herr_t set_end_of_space(H5FD_t* file, H5FD_mem_t, haddr_t end) noexcept {
  file_of(file).end = end;
  return 0;
}

haddr_t end_of_file(const H5FD_t* file, H5FD_mem_t) noexcept { return file_of(file).length; }

herr_t descriptor_of(H5FD_t* file, hid_t, void** handle) noexcept {
  *handle = &file_of(file).descriptor;
  return 0;
}

herr_t read_block(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* buffer) noexcept {
  return answer([&] {
    OrderedFile& from = file_of(file);
    const std::span<std::byte> bytes(static_cast<std::byte*>(buffer), size);
    if (!read_from_disk(from, address, bytes)) return false;
    for_overlapping(from.held, address, address + size, [&](auto block) {
      const haddr_t first = std::max(address, block->first);
      const haddr_t last = std::min(address + size, block->first + block->second.bytes.size());
      std::memcpy(bytes.data() + (first - address), block->second.bytes.data() + (first - block->first),
                  last - first);
    });
    return true;
  });
}

herr_t write_block(H5FD_t* file, H5FD_mem_t type, hid_t, haddr_t address, std::size_t size,
                   const void* buffer) noexcept {
  return answer([&] {
    OrderedFile& to = file_of(file);
    const std::span<const std::byte> bytes(static_cast<const std::byte*>(buffer), size);
    const bool raw = type == H5FD_MEM_DRAW && !is_text_collection(buffer, size);
    drop(to.held, address, address + size);
    // The superblock makes the file one of HDF5: it waits for the rest even when the file is new.
    if (type != H5FD_MEM_SUPER && (raw || address >= to.committed)) return write_to_disk(to, address, bytes);
    to.held[address] = {commit_rank(type, bytes), std::vector<std::byte>(bytes.begin(), bytes.end())};
    return true;
  });
}

herr_t flush_file(H5FD_t* file, hid_t, hbool_t) noexcept {
  return answer([&] { return commit(file_of(file)); });
}

/// HDF5 asks in the middle of a flush; the commit at its end sets the length.
herr_t set_length(H5FD_t*, hid_t, hbool_t) noexcept { return 0; }

herr_t lock_file(H5FD_t* file, hbool_t exclusive) noexcept {
  return answer([&] {
    OrderedFile& locked = file_of(file);
    // A file system without locks (ENOSYS) is used without them.
    if (::flock(locked.descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 && errno != ENOSYS) {
      return fail_with_errno(H5E_CANTLOCKFILE);
    }
    return empty_if_asked(locked);
  });
}

herr_t unlock_file(H5FD_t* file) noexcept {
  return answer([&] {
    return ::flock(file_of(file).descriptor, LOCK_UN) == 0 || errno == ENOSYS || fail_with_errno(H5E_CANTUNLOCKFILE);
  });
}

H5FD_class_t driver_class() {
  H5FD_class_t driver{};
  driver.name = "wattershed-ordered";
  driver.maxaddr = (haddr_t{1} << 63) - 1;
  driver.fc_degree = H5F_CLOSE_STRONG;
  driver.fapl_size = sizeof(Options);
  driver.open = open_file;
  driver.close = close_file;
  driver.cmp = compare_files;
  driver.query = query_features;
  driver.alloc = allocate;
  driver.get_eoa = end_of_space;
  driver.set_eoa = set_end_of_space;
  driver.get_eof = end_of_file;
  driver.get_handle = descriptor_of;
  driver.read = read_block;
  driver.write = write_block;
  driver.flush = flush_file;
  driver.truncate = set_length;
  driver.lock = lock_file;
  driver.unlock = unlock_file;
  const H5FD_mem_t kinds[] = H5FD_FLMAP_DICHOTOMY;
  std::copy(std::begin(kinds), std::end(kinds), driver.fl_map);
  return driver;
}

}  // namespace

void use_ordered_file(hid_t file_access, const FileWatch* watch) {
  static const H5FD_class_t driver = driver_class();
  static const hid_t id = hdf5_checked(H5FDregister(&driver), "file driver");  // once a process, under HDF5's lock
  const Options options{watch};
  hdf5_checked(H5Pset_driver(file_access, id, &options), "file driver");
}

}  // namespace wattershed
