// The reader: gives back what was written; refuses other files with a reason; damage is an exception, never a crash.
#include "sim/output/run_reader.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <csignal>
#include <iterator>
#include <string>

#include "sim/base/problem.hpp"
#include "sim/base/sealed_file.hpp"
#include "tests/sim/output/run_file_fixture.hpp"

using namespace wattershed;
using namespace wattershed::test;
namespace fs = std::filesystem;

namespace {

std::string message_of(const fs::path& path) {
  try {
    const RunFileReader reader(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Everything a run file holds, as one text: two equal files give equal texts.
std::string contents_of(const RunFileReader& reader) {
  std::string all;
  for (const std::string& group : reader.groups()) {
    for (const RunColumn& column : reader.columns(group)) {
      all += group + "/" + column.spec.name + " [" + column.spec.units + "] " + column.spec.long_name + "\n";
      for (const auto& [name, value] : column.spec.attributes) all += name + "=" + value + "\n";
      if (column.spec.type == ColumnType::text) {
        for (const std::string& text : reader.texts(group, column.spec.name)) all += text + "\n";
      } else {
        const std::vector<double> values = reader.numbers(group, column.spec.name);
        all.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double));
      }
    }
  }
  return all + reader.attributes().scenario + reader.attributes().title;
}

/// The sample, with so many rows, as bytes; without its seal.
std::string contents_before_seal(const TemporaryFolder& folder, std::size_t rows) {
  write_sample(folder / "run.h5", rows);
  const std::string bytes = bytes_of(folder / "run.h5");
  return bytes.substr(0, bytes.rfind("\nwattershed-seal "));
}

class Damage {
 public:
  std::string to(std::string bytes, int round) {
    for (std::uint32_t change = 0; change <= static_cast<std::uint32_t>(round) % 4U; ++change) {
      // Most of the file is the scenario's text; half of the changes go where it is not.
      const std::size_t at = next() % 2 == 0 ? next() % bytes.size() : next() % 12'000;
      bytes[at] = round % 3 == 0 ? static_cast<char>(255) : static_cast<char>(next());
    }
    if (round % 20 == 0) bytes.resize(next() % bytes.size());
    return bytes;
  }

 private:
  std::uint32_t next() { return state_ = state_ * 1'664'525U + 1'013'904'223U, state_ >> 8; }
  std::uint32_t state_ = 99;
};

}  // namespace

TEST_SUITE("slow") {
  TEST_CASE("damage that is sealed as if it were none is an exception or is read, never a crash") {
    const TemporaryFolder folder;
    const std::string whole = contents_before_seal(folder, 20);
    Damage damage;
    const fs::path path = folder / "damaged.h5";
    std::size_t refused = 0, read = 0;
    for (int round = 0; round < 600; ++round) {
      std::ofstream(path, std::ios::binary) << damage.to(whole, round);
      REQUIRE(seal_file(path).empty());
      try {
        contents_of(RunFileReader(path));
        ++read;
      } catch (const InputError& error) {
        ++refused;
        REQUIRE(contains(error.what(), "damaged.h5"));
      }
    }
    MESSAGE(refused << " refused, " << read << " read");
    CHECK(refused > 0);
    CHECK(read > 0);
  }
}

TEST_SUITE("fast") {
  TEST_CASE("damage anywhere in a file that was closed is refused in one sentence") {
    const TemporaryFolder folder;
    const std::string contents = contents_before_seal(folder, 20), whole = bytes_of(folder / "run.h5");
    REQUIRE(whole.size() > contents.size());
    Damage damage;
    const fs::path path = folder / "damaged.h5";
    for (int round = 0; round < 2'000; ++round) {
      const std::string bytes = damage.to(whole, round);
      if (bytes == whole) continue;
      std::ofstream(path, std::ios::binary) << bytes;
      const std::string message = message_of(path);
      CAPTURE(round);
      REQUIRE(contains(message, "damaged.h5: "));
      REQUIRE(message.find('\n') == std::string::npos);
    }
    // Without a seal, as another program leaves it, the contents are read; with anything else behind them they are not.
    std::ofstream(path, std::ios::binary) << contents;
    CHECK(contents_of(RunFileReader(path)) == contents_of(RunFileReader(folder / "run.h5")));
    std::ofstream(path, std::ios::binary) << contents + "x";
    CHECK(contains(message_of(path), "its end is not what was written"));
    std::ofstream(path, std::ios::binary) << whole.substr(0, whole.size() - 9);
    CHECK(contains(message_of(path), "its end is not what was written"));
  }

  TEST_CASE("what was written comes back") {
    const TemporaryFolder folder;
    const fs::path path = folder / "run.h5";
    constexpr std::size_t rows = 3'000;
    write_sample(path, rows, BurstPolicy{.rows = 700});
    const RunFileReader run(path);
    CHECK(run.complete());
    CHECK(run.minor_version() == run_file_minor);
    CHECK(run.attributes().title == sample_attributes().title);
    CHECK(run.attributes().scenario == sample_attributes().scenario);
    CHECK(run.attributes().seed == sample_attributes().seed);
    CHECK(run.attributes().run == 3);
    CHECK(run.attributes().time_zone == "America/Phoenix");
    CHECK(run.group_text("", "carbon_boundary") == "life-cycle");
    CHECK(run.group_text("phoenix", "region") == "US-AZ");
    CHECK(run.group_number("phoenix", "latitude") == 33.43);
    CHECK_FALSE(run.group_number("phoenix", "longitude"));
    CHECK(run.sites() == std::vector<std::string>{"phoenix"});
    CHECK(run.groups() == std::vector<std::string>{"phoenix", "phoenix/racks", "phoenix/services", "phoenix/monthly",
                                                   "phoenix/limits", "phoenix/jobs", "phoenix/windows/july",
                                                   "catalog", "summary/phoenix"});
    CHECK(run.rows("phoenix") == rows);
    CHECK(run.rows("phoenix/racks") == rows);
    CHECK(run.rows("catalog") == 1);
    CHECK(run.axes("phoenix/racks") == std::vector<std::string>{"time", "rack"});
    CHECK(run.axes("phoenix/jobs") == std::vector<std::string>{"job"});
    CHECK(run.axes("catalog") == std::vector<std::string>{"row"});
    CHECK(run.epoch("phoenix") == sample_start);
    CHECK(run.epoch("phoenix/windows/july") == sample_start + 100h);

    const RunColumn& power = run.column("phoenix", "it_power");
    CHECK(power.spec.units == "W");
    CHECK(power.spec.long_name == "the it_power");
    CHECK(power.spec.cell_methods == "time: mean");
    CHECK(run.column("phoenix", "mode").spec.type == ColumnType::flags);
    CHECK(run.column("phoenix", "mode").spec.flag_meanings.at(1) == "economizer");
    CHECK(run.column("phoenix", "queue_length").spec.type == ColumnType::integer);
    CHECK(run.column("phoenix", "dry_bulb").spec.allows_missing);
    CHECK(run.column("phoenix/windows/july", "it_power").spec.single_precision);
    CHECK(run.column("phoenix", "time").is_scale);

    const std::vector<double> watts = run.numbers("phoenix", "it_power"),
                              racks = run.numbers("phoenix/racks", "inlet");
    const std::vector<double> dry_bulb = run.numbers("phoenix", "dry_bulb");
    const std::vector<std::string> jobs = run.texts("phoenix/jobs", "job");
    REQUIRE(watts.size() == rows);
    REQUIRE(racks.size() == 3 * rows);
    REQUIRE(jobs.size() == rows);
    bool same = true;
    for (std::size_t i = 0; i < rows; ++i) {
      const double n = static_cast<double>(i);
      same =
          same && watts[i] == sample_power(i) && racks[3 * i + 1] == 301 + n && jobs[i] == "job-" + std::to_string(i);
      same = same && (i % 5 == 0 ? std::isnan(dry_bulb[i]) : dry_bulb[i] == 280 + n);
    }
    CHECK(same);
    CHECK(run.numbers("phoenix", "it_power", 2'990, 100).size() == 10);
    CHECK(run.numbers("phoenix", "it_power", 1'500, 2) ==
          std::vector<double>{sample_power(1'500), sample_power(1'501)});
    CHECK(run.numbers("phoenix", "it_power", 5'000, 2).empty());
    CHECK(run.texts("phoenix/racks", "rack") == std::vector<std::string>{"a-1", "a-2", "b-1"});
    CHECK(run.texts("catalog", "value").at(0) == "gb200-nvl72 °C");
    CHECK(run.summary("phoenix", "pue") == 1.25);
    CHECK(run.summary("phoenix", "jobs_done") == 17);
    CHECK_FALSE(run.summary("phoenix", "wue"));
    CHECK_FALSE(run.summary("dallas", "pue"));
    CHECK_FALSE(run.has("phoenix", "it_energy"));
  }

  TEST_CASE("the same data twice gives the same contents, whenever the bursts came") {
    const TemporaryFolder folder;
    write_sample(folder / "a.h5", 2'000);
    write_sample(folder / "b.h5", 2'000);
    write_sample(folder / "c.h5", 2'000, BurstPolicy{.rows = 37});
    write_sample(folder / "d.h5", 2'001);
    const std::string a = contents_of(RunFileReader(folder / "a.h5"));
    CHECK(a == contents_of(RunFileReader(folder / "b.h5")));
    CHECK(a == contents_of(RunFileReader(folder / "c.h5")));
    CHECK(a != contents_of(RunFileReader(folder / "d.h5")));
    CHECK(bytes_of(folder / "a.h5") == bytes_of(folder / "b.h5"));
  }

  TEST_CASE("a name that is not there is answered with the nearest") {
    const TemporaryFolder folder;
    write_sample(folder / "run.h5", 1);
    const RunFileReader run(folder / "run.h5");
    CHECK_THROWS_WITH_AS(static_cast<void>(run.numbers("phoenix", "it_powr")),
                         doctest::Contains("did you mean 'it_power'"), InputError);
    CHECK_THROWS_WITH_AS(static_cast<void>(run.columns("phonix")), doctest::Contains("did you mean 'phoenix'"),
                         InputError);
    CHECK_THROWS_AS(static_cast<void>(run.numbers("phoenix/jobs", "job")), InputError);
    CHECK_THROWS_AS(static_cast<void>(run.texts("phoenix", "it_power")), InputError);
  }

  TEST_CASE("other files are refused with the reason") {
    const TemporaryFolder folder;
    CHECK(contains(message_of(folder / "absent.h5"), "no such file"));
    CHECK(contains(message_of(folder / ""), "is not a file"));
    std::ofstream(folder / "text.h5") << "title: a scenario\n";
    CHECK(contains(message_of(folder / "text.h5"), "is not an HDF5 file"));
    std::ofstream(folder / "empty.h5").flush();
    CHECK(contains(message_of(folder / "empty.h5"), "is not an HDF5 file"));
  }

  TEST_CASE("an unfinished file says so") {
    const TemporaryFolder folder;
    {
      RunFile file(folder / "run.h5", sample_attributes());
      const SampleTables tables = declare_sample(file);
      file.begin();
      for (std::size_t i = 0; i < 10; ++i) append_sample_row(file, tables, i);
    }
    const RunFileReader part(folder / "run.h5.part");
    CHECK_FALSE(part.complete());
    CHECK(part.rows("phoenix") == 10);
  }

  TEST_CASE("another type or major version is refused") {
    if (!python_reads_hdf5()) {
      MESSAGE("skipped: /usr/bin/python3 has no h5py, xarray, h5netcdf");
      return;
    }
    const TemporaryFolder folder;
    const fs::path path = folder / "run.h5";
    write_sample(path, 1);
    const std::string set = "import h5py, sys\nf = h5py.File(sys.argv[1], 'a')\n";
    REQUIRE(run_python(folder, set + "f.attrs['version'] = [2, 0]\n", path.string()) == 0);
    CHECK(contains(message_of(path), "version 2.0 of the run file format; this program reads version 1.x"));
    REQUIRE(run_python(folder, set + "f.attrs['version'] = [1, 9]\n", path.string()) == 0);
    CHECK(message_of(path) == "no error");
    REQUIRE(run_python(folder, set + "f.attrs['filetype'] = 'statepoint'\n", path.string()) == 0);
    CHECK(contains(message_of(path), "of type 'statepoint'"));
    REQUIRE(run_python(folder, set + "del f.attrs['filetype']\n", path.string()) == 0);
    CHECK(contains(message_of(path), "no wattershed run file"));
    // Claims a thousand times more rows than there is disk, contains itself, and holds what we never write.
    write_sample(path, 1);
    REQUIRE(run_python(folder, set + "f['phoenix/it_power'].resize((2**50,))\nf['phoenix/time'].resize((2**50,))\n",
                       path.string()) == 0);
    CHECK(message_of(path) == "no error");
    REQUIRE(run_python(folder, set + "f['phoenix/loop'] = f['phoenix']\n", path.string()) == 0);
    CHECK(contains(message_of(path), "contains itself"));
  }
}
