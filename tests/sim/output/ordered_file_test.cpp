// What a kill leaves of a run file, at every moment: a run's changes of the file are recorded, and the file is built
// again change by change, a page at a time, as a kill may cut them. Every state between must open and show right
// rows.
#include "sim/output/ordered_file.hpp"

#include <doctest/doctest.h>
#include <hdf5_hl.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <string>

#include "sim/output/hdf5_handle.hpp"
#include "tests/sim/output/run_file_fixture.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// A change of the file, and what was promised when it was made.
struct Change {
  std::uint64_t offset;
  std::vector<std::byte> bytes;
  std::size_t flushed, appended;  // rows
  bool begun, last;               // begin() has returned; finish() was called
};

struct Recording {
  std::vector<Change> changes;
  std::size_t flushed = 0, appended = 0;
  bool begun = false, last = false;

  BurstPolicy policy() {
    BurstPolicy each{.rows = 100'000'000, .wall_time = 3'600s};
    each.watch = [this](std::uint64_t offset, std::span<const std::byte> bytes) {
      changes.push_back({offset, {bytes.begin(), bytes.end()}, flushed, appended, begun, last});
    };
    return each;
  }
};

/// A column whose value is known by its row, and how many rows it gets when the file is finished (0: as appended).
struct KnownColumn {
  std::string path;
  std::function<double(std::size_t row, std::size_t element)> number;
  std::function<std::string(std::size_t row)> text = nullptr;
  std::size_t rows_at_the_end = 0;
};

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Rows [first, first + stride, …) of the column are as they should be.
bool rows_are_right(hid_t dataset, const KnownColumn& column, hsize_t width, bool two_axes, hsize_t first,
                    hsize_t stride, hsize_t count) {
  if (count == 0) return true;
  const std::array<hsize_t, 2> start{first, 0}, step{stride, 1}, counts{count, width};
  const Hdf5Handle in_file(H5Dget_space(dataset), H5Sclose, "space");
  hdf5_checked(H5Sselect_hyperslab(in_file.get(), H5S_SELECT_SET, start.data(), step.data(), counts.data(), nullptr),
               "selection");
  const Hdf5Handle in_memory(H5Screate_simple(two_axes ? 2 : 1, counts.data(), nullptr), H5Sclose, "space");
  if (!column.text) {
    std::vector<double> values(count * width);
    hdf5_checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, in_memory.get(), in_file.get(), H5P_DEFAULT, values.data()), "");
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!same(values[i], column.number(first + i / width * stride, i % width))) return false;
    }
    return true;
  }
  const Hdf5Handle type = text_type();
  std::vector<char*> texts(count);
  hdf5_checked(H5Dread(dataset, type.get(), in_memory.get(), in_file.get(), H5P_DEFAULT, texts.data()), column.path);
  bool right = true;
  for (std::size_t i = 0; i < count; ++i) {
    right = right && texts[i] != nullptr && texts[i] == column.text(first + i * stride);
  }
  hdf5_checked(H5Dvlen_reclaim(type.get(), in_memory.get(), H5P_DEFAULT, texts.data()), column.path);
  return right;
}

/// Empty when the column holds between `least` and `most` rows and those looked at are right: one of every chunk, and
/// the last ones.
std::string wrong_with_column(hid_t file, const KnownColumn& column, hsize_t least, hsize_t most) {
  const Hdf5Handle dataset(H5Dopen2(file, column.path.c_str(), H5P_DEFAULT), H5Dclose, column.path);
  const Hdf5Handle space(H5Dget_space(dataset.get()), H5Sclose, column.path);
  std::array<hsize_t, 2> size{0, 1};
  const bool two_axes = hdf5_checked(H5Sget_simple_extent_dims(space.get(), size.data(), nullptr), "size") == 2;
  const hsize_t rows = size[0], tail = std::min<hsize_t>(rows, 600), stride = 509;
  if (rows < least || rows > most) {
    return column.path + " has " + std::to_string(rows) + " rows, of " + std::to_string(least) + " flushed and " +
           std::to_string(most) + " appended";
  }
  const bool right =
      rows_are_right(dataset.get(), column, size[1], two_axes, 0, stride, (rows + stride - 1) / stride) &&
      rows_are_right(dataset.get(), column, size[1], two_axes, rows - tail, 1, tail);
  return right ? "" : column.path + " has wrong values among " + std::to_string(rows) + " rows";
}

herr_t visit_attribute(hid_t object, const char* name, const H5A_info_t*, void*) {
  const Hdf5Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "attribute");
  return 0;
}
herr_t visit_object(hid_t root, const char* name, const H5O_info_t*, void*) {
  const Hdf5Handle object(H5Oopen(root, name, H5P_DEFAULT), H5Oclose, "object");
  return H5Aiterate2(object.get(), H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, visit_attribute, nullptr);
}

/// What is wrong with a file of these bytes; empty when nothing is.
std::string wrong_with(std::vector<std::byte>& image, const std::vector<KnownColumn>& columns, const Change& now,
                       bool& complete) {
  const Hdf5Lock lock;
  try {
    // Not H5LTopen_file_image, which leaks.
    const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "access");
    hdf5_checked(H5Pset_fapl_core(access.get(), 1 << 20, false), "in memory");
    hdf5_checked(H5Pset_file_image(access.get(), image.data(), image.size()), "image");
    const Hdf5Handle file(H5Fopen("image.h5", H5F_ACC_RDONLY, access.get()), H5Fclose, "open");
    hdf5_checked(H5Ovisit(file.get(), H5_INDEX_NAME, H5_ITER_NATIVE, visit_object, nullptr), "visit");
    const Hdf5Handle attribute(H5Aopen(file.get(), "complete", H5P_DEFAULT), H5Aclose, "complete");
    int flag = -1;
    hdf5_checked(H5Aread(attribute.get(), H5T_NATIVE_INT, &flag), "complete");
    if (flag != 0 && flag != 1) return "complete is " + std::to_string(flag);
    complete = flag == 1;
    for (const KnownColumn& column : columns) {
      const bool at_the_end = column.rows_at_the_end > 0;
      const hsize_t most = at_the_end ? (now.last ? column.rows_at_the_end : 0) : now.appended;
      const hsize_t least = complete ? most : at_the_end ? 0 : now.flushed;
      if (std::string wrong = wrong_with_column(file.get(), column, least, most); !wrong.empty()) return wrong;
    }
    return "";
  } catch (const Hdf5Failure& failure) {
    return failure.what();
  }
}

/// Builds the file again, a page at a time, and looks at it after each: the states that a kill may leave. Of long raw
/// writes only the first pages and the last are looked at. Gives the number of states.
std::size_t check_every_state(const std::vector<Change>& changes, const std::vector<KnownColumn>& columns,
                              std::size_t from_rows = 0) {
  constexpr std::size_t page = 4096, pages_looked_at = 3;
  std::vector<std::byte> image;
  std::size_t states = 0;
  bool complete = false;
  for (std::size_t c = 0; c < changes.size(); ++c) {
    const Change& change = changes[c];
    if (change.bytes.empty()) image.resize(change.offset);
    std::size_t written = 0, pages = 0;
    do {
      const std::size_t left = change.bytes.size() - written;
      std::size_t piece = std::min(left, page - (change.offset + written) % page);
      if (pages >= pages_looked_at && left > page) piece = left - page;
      image.resize(std::max<std::size_t>(image.size(), change.offset + written + piece));
      std::copy_n(change.bytes.begin() + static_cast<std::ptrdiff_t>(written), piece,
                  image.begin() + static_cast<std::ptrdiff_t>(change.offset + written));
      written += piece;
      ++pages;
      if (!change.begun || change.appended < from_rows) continue;  // before begin() has returned there are no rows
      ++states;
      const std::string wrong = wrong_with(image, columns, change, complete);
      if (!wrong.empty()) {
        FAIL_CHECK(wrong << "; after " << written << " bytes of change " << c << " of " << changes.size() << ", at "
                         << change.offset);
        return states;
      }
    } while (written < change.bytes.size());
  }
  CHECK(complete);
  return states;
}

std::vector<KnownColumn> sample_columns() {
  using Row = std::size_t;
  const auto number = [](Row row, Row) { return static_cast<double>(row); };
  const auto job = [](Row row) { return "job-" + std::to_string(row); };
  return {
      {"phoenix/time", [](Row row, Row) { return 900.0 * static_cast<double>(row); }},
      {"phoenix/interval", [](Row, Row) { return 900.0; }},
      {"phoenix/time_bnds", [](Row row, Row end) { return 900.0 * static_cast<double>(row + end); }},
      {"phoenix/it_power", [](Row row, Row) { return sample_power(row); }},
      {"phoenix/dry_bulb",
       [](Row row, Row) {
         return row % 5 == 0 ? std::numeric_limits<double>::quiet_NaN() : 280.0 + static_cast<double>(row);
       }},
      {"phoenix/mode", [](Row row, Row) { return static_cast<double>(row % 3); }},
      {"phoenix/queue_length", number},
      {"phoenix/racks/power",
       [](Row row, Row rack) {
         return static_cast<double>(row) + (rack == 0 ? 0 : rack == 1 ? 0.1 : 0.2);
       }},
      {"phoenix/racks/inlet", [](Row row, Row rack) { return static_cast<double>(300 + row + rack); }},
      {"phoenix/services/rate", [](Row row, Row) { return 2.0 * static_cast<double>(row); }},
      {"phoenix/jobs/job", nullptr, job},
      {"phoenix/jobs/start", number},
      {"phoenix/jobs/wait", [](Row row, Row) { return 10.0 * static_cast<double>(row); }},
      {"phoenix/monthly/energy", [](Row row, Row) { return row == 0 ? 1e12 : 1.1e12; }, nullptr, 2},
      {"phoenix/limits/verdict", nullptr, [](Row) { return std::string("kept"); }, 1},
      {"catalog/value", nullptr, [](Row) { return std::string("gb200-nvl72 °C"); }, 1},
      {"phoenix/windows/july/it_power", [](Row, Row) { return 1.5e6; }, nullptr, 1},
  };
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("what is held is read back, and on the disk after a flush") {
    const TemporaryFolder folder;
    const std::string path = (folder / "file").string();
    const Hdf5Lock lock;
    std::size_t changes = 0;
    const FileWatch watch = [&](std::uint64_t, std::span<const std::byte>) { ++changes; };
    const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "access");
    use_ordered_file(access.get(), &watch);
    H5FD_t* file = H5FDopen(path.c_str(), H5F_ACC_RDWR | H5F_ACC_CREAT | H5F_ACC_TRUNC, access.get(), HADDR_UNDEF);
    REQUIRE(file != nullptr);
    constexpr std::size_t size = 200;
    std::vector<char> reference(size, '\0'), read(size, 'x');
    CHECK(H5FDset_eoa(file, H5FD_MEM_SUPER, size) == 0);
    CHECK(H5FDflush(file, H5P_DEFAULT, false) == 0);
    CHECK(std::filesystem::file_size(path) == size);
    changes = 0;
    std::uint32_t state = 7;
    const auto draw = [&](std::uint32_t below) {
      state = state * 1'664'525U + 1'013'904'223U;
      return (state >> 8) % below;
    };
    for (int round = 0; round < 3'000; ++round) {
      const std::size_t first = draw(size),
                        count = 1 + draw(static_cast<std::uint32_t>(std::min(size - first, 40UL)));
      const std::vector<char> bytes(count, static_cast<char>('a' + round % 26));
      const bool raw = draw(4) == 0;
      const std::size_t before = changes;
      REQUIRE(H5FDwrite(file, raw ? H5FD_MEM_DRAW : H5FD_MEM_OHDR, H5P_DEFAULT, first, count, bytes.data()) == 0);
      CHECK(changes - before == (raw ? 1 : 0));
      std::copy(bytes.begin(), bytes.end(), reference.begin() + static_cast<std::ptrdiff_t>(first));
      const std::size_t from = draw(size);
      REQUIRE(H5FDread(file, H5FD_MEM_OHDR, H5P_DEFAULT, from, size - from, read.data()) == 0);
      REQUIRE(std::equal(read.begin(), read.begin() + static_cast<std::ptrdiff_t>(size - from),
                         reference.begin() + static_cast<std::ptrdiff_t>(from)));
      if (round % 100 == 99) {
        CHECK(H5FDflush(file, H5P_DEFAULT, false) == 0);
        std::ifstream(path).read(read.data(), size);
        REQUIRE(read == reference);
      }
    }
    CHECK(H5FDclose(file) == 0);
  }

  TEST_CASE("a kill at any moment leaves a file that opens and shows rows that are right") {
    const TemporaryFolder folder;
    Recording recording;
    RunFile file(folder / "run.h5", sample_attributes(), recording.policy());
    const SampleTables tables = declare_sample(file);
    file.begin();
    recording.begun = true;
    for (const std::size_t rows : {1U, 90U, 91U, 700U}) {
      while (recording.appended < rows) append_sample_row(file, tables, recording.appended++);
      file.flush();
      recording.flushed = recording.appended;
    }
    while (recording.appended < 800) append_sample_row(file, tables, recording.appended++);
    append_sample_rest(file, tables);
    recording.last = true;
    file.finish();
    const std::size_t states = check_every_state(recording.changes, sample_columns());
    MESSAGE(states << " states of " << recording.changes.size() << " changes");
    CHECK(states > 500);
  }
}

TEST_SUITE("slow") {
  TEST_CASE("a kill while index nodes are split") {
    // 512 texts a chunk and 64 chunks a node: the root is split once and the last leaf twice.
    const TemporaryFolder folder;
    Recording recording;
    RunFile file(folder / "run.h5", sample_attributes(), recording.policy());
    const TableId jobs = file.table("phoenix/jobs", text_axis("job", "job"), {column("start", "s")});
    file.begin();
    recording.begun = true;
    const auto job = [](std::size_t row) { return "job-" + std::to_string(row); };
    for (std::size_t burst = 0; recording.appended < 64'000; ++burst) {
      for (std::size_t rows = 300 + burst % 7 * 400; rows > 0; --rows) {
        const auto row = static_cast<double>(recording.appended);
        file.append(jobs, job(recording.appended++), std::array{row});
      }
      file.flush();
      recording.flushed = recording.appended;
    }
    recording.last = true;
    file.finish();
    const std::vector<KnownColumn> columns{
        {"phoenix/jobs/job", nullptr, job},
        {"phoenix/jobs/start", [](std::size_t row, std::size_t) { return static_cast<double>(row); }}};
    std::size_t splits = 0;
    for (const Change& change : recording.changes) {
      const bool node = change.bytes.size() > 8 && std::memcmp(change.bytes.data(), "TREE", 4) == 0;
      if (node && change.bytes[5] == std::byte{1}) ++splits;  // each change of the root above the leaves
    }
    CHECK(splits >= 2);
    const std::size_t states = check_every_state(recording.changes, columns, 30'000);
    MESSAGE(states << " states of " << recording.changes.size() << " changes");
    CHECK(states > 500);
  }

  TEST_CASE("a kill while the summary of many sites is written") {
    for (const std::size_t sites : {6U, 7U, 8U, 9U, 20U}) {
      CAPTURE(sites);
      const TemporaryFolder folder;
      Recording recording;
      RunFile file(folder / "run.h5", sample_attributes(), recording.policy());
      std::vector<TableId> tables;
      std::vector<KnownColumn> columns;
      for (std::size_t site = 0; site < sites; ++site) {
        const std::string name = "site-" + std::to_string(site);
        tables.push_back(file.time_table(name, sample_start, {column("it_power", "W")}));
        columns.push_back({name + "/it_power", [](std::size_t row, std::size_t) { return sample_power(row); }});
      }
      file.begin();
      recording.begun = true;
      for (; recording.appended < 10; ++recording.appended) {
        const Time from = sample_start + static_cast<std::int64_t>(recording.appended) * 15min;
        for (const TableId table : tables) {
          file.append(table, from, from + 15min, std::array{sample_power(recording.appended)});
        }
      }
      file.flush();
      recording.flushed = recording.appended;
      for (std::size_t site = 0; site < sites; ++site) {
        for (const char* name : {"pue", "wue", "cue", "energy", "water", "emissions", "cost", "peak", "jobs"}) {
          file.summary("site-" + std::to_string(site), name, 1.25, "1", name);
        }
      }
      recording.last = true;
      file.finish();
      CHECK(check_every_state(recording.changes, columns, 10) > 30);
    }
  }
}
