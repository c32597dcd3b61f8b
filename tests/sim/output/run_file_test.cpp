// The run file from outside: what other programs read in it, what a kill and a full disk leave, what is refused.
#include "sim/output/run_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "sim/base/problem.hpp"
#include "sim/output/hdf5_handle.hpp"
#include "tests/sim/output/run_file_fixture.hpp"

using namespace wattershed;
using namespace wattershed::test;
namespace fs = std::filesystem;

namespace {

/// Reads the sample with h5py, xarray and ncdump and compares every value with the formula that made it.
const char* const read_sample = R"(
import shutil, subprocess, sys
import h5py, numpy as np, xarray as xr
path, rows = sys.argv[1], int(sys.argv[2])
def same(what, a, b):
    assert np.array_equal(np.asarray(a), np.asarray(b), equal_nan=np.asarray(a).dtype.kind == 'f'), (what, a, b)
n = np.arange(rows, dtype=float)
with h5py.File(path, 'r') as f:
    same('version', f.attrs['version'], [1, 0])
    assert f.attrs['filetype'] == 'wattershed-run' and f.attrs['Conventions'] == 'CF-1.8' and f.attrs['complete'] == 1
    assert f.attrs['title'] == 'a test – with an umlaut ü' and int(f.attrs['seed']) == 2**64 - 1
    assert len(f.attrs['scenario']) == 14 + 100000 and f.attrs['carbon_boundary'] == 'life-cycle'
    assert list(f['/']) == ['phoenix', 'catalog', 'summary'], list(f['/'])
    assert list(f['phoenix'])[:5] == ['time', 'interval', 'time_bnds', 'bound', 'it_power']
    assert f['phoenix/racks/time'] == f['phoenix/time'] and f['phoenix/services/interval'] == f['phoenix/interval']
    same('power', f['phoenix/it_power'], 1e6 + (np.arange(rows) % 977) * 0.1)
    dry = f['phoenix/dry_bulb'][...]
    assert np.isnan(dry[::5]).all() and not np.isnan(np.delete(dry, np.s_[::5])).any()
    same('mode', f['phoenix/mode'], np.arange(rows) % 3)
    same('queue', f['phoenix/queue_length'], np.arange(rows))
    same('bounds', f['phoenix/time_bnds'][:, 1] - f['phoenix/time_bnds'][:, 0], f['phoenix/interval'])
    same('racks', f['phoenix/racks/power'], np.stack([n, n + 0.1, n + 0.2], axis=1))
    assert f['phoenix/it_power'].compression == 'gzip' and f['phoenix/it_power'].chunks == (16384,)
    assert f['phoenix/windows/july/it_power'].dtype == np.float32
    assert f['phoenix'].attrs['latitude'] == 33.43 and f['phoenix'].attrs['NX_class'] == 'NXdata'
    assert not f['phoenix/time'].id.get_create_plist().get_obj_track_times()
    groups = []
    f.visititems(lambda name, item: groups.append(name) if isinstance(item, h5py.Group) else None)
    tables = [g for g in groups if any(isinstance(v, h5py.Dataset) for v in f[g].values())]
assert len(tables) == 9, tables
for group in tables:
    with xr.open_dataset(path, group=group, engine='h5netcdf') as data:
        data.load()
        if group == 'phoenix/racks':
            assert list(data.rack.values) == ['a-1', 'a-2', 'b-1'] and str(data.time.values[0])[:10] == '2027-01-01'
            assert (np.diff(data.time.values) == np.timedelta64(15, 'm')).all()
        if group == 'phoenix/jobs':
            assert data.job.values[rows - 1] == f'job-{rows - 1}'
        if group == 'catalog':
            assert data['value'].values[0] == 'gb200-nvl72 °C'
        if group == 'summary/phoenix':
            assert float(data.pue) == 1.25 and int(data.jobs_done) == 17 and data.pue.units == '1'
if shutil.which('ncdump'):
    subprocess.run(['ncdump', '-h', path], check=True, stdout=subprocess.DEVNULL)
)";

/// What a `.part` must hold: it opens, says complete = 0, and its rows are right as far as they go.
const char* const read_part = R"(
import sys
import h5py, numpy as np, xarray as xr
path, least = sys.argv[1], int(sys.argv[2])
with h5py.File(path, 'r') as f:
    assert f.attrs['complete'] == 0 and f.attrs['filetype'] == 'wattershed-run'
    site = f['phoenix']
    rows = min(len(site[c]) for c in ('time', 'interval', 'it_power', 'dry_bulb', 'mode', 'queue_length'))
    assert rows >= least, (rows, least)
    assert np.array_equal(site['time'][:rows], np.arange(rows) * 900.0)
    assert np.array_equal(site['it_power'][:rows], 1e6 + (np.arange(rows) % 977) * 0.1)
    assert np.array_equal(site['queue_length'][:rows], np.arange(rows))
    jobs = f['phoenix/jobs/job']
    for i in range(0, min(len(jobs), least), 97):
        assert jobs[i] == f'job-{i}'.encode()
for group in ('phoenix', 'phoenix/racks', 'phoenix/jobs', 'catalog'):
    with xr.open_dataset(path, group=group, engine='h5netcdf') as data:
        data.load()
)";

std::string message_of(const fs::path& path) {
  try {
    RunFile file(path, sample_attributes());
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Runs `life` in a child that ends with its result; gives the child's id.
template <class Life>
pid_t child(Life life) {
  std::cout.flush();  // or the child would print it again
  std::fflush(nullptr);
  const pid_t id = fork();
  if (id == 0) {
    int status = 99;
    try {
      status = life();
    } catch (...) {
    }
    std::exit(status);  // with everything that is done at exit: HDF5 must not hang or crash there
  }
  return id;
}

int exit_status(pid_t id) {
  int status = 0;
  waitpid(id, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("h5py, xarray and ncdump read what was written") {
    if (!python_reads_hdf5()) {
      MESSAGE("skipped: /usr/bin/python3 has no h5py, xarray, h5netcdf");
      return;
    }
    const TemporaryFolder folder;
    const fs::path path = folder / "sample.h5";
    write_sample(path, 20'000);
    CHECK(fs::exists(path));
    CHECK_FALSE(fs::exists(folder / "sample.h5.part"));
    CHECK(run_python(folder, read_sample, path.string() + " 20000") == 0);
  }

  TEST_CASE("a path that cannot be written is refused with the way out") {
    const TemporaryFolder folder;
    std::ofstream(folder / "file") << "x";
    CHECK(contains(message_of(folder / "file/run.h5"), "is a file, not a folder"));
    CHECK(contains(message_of(folder / "file/deeper/run.h5"), "is a file, not a folder"));
    CHECK(contains(message_of(folder / "absent/run.h5"), "does not exist; make it first"));
    CHECK(contains(message_of(fs::path(folder / "")), "name a file in it"));
    fs::create_directory(folder / "run.h5");
    CHECK(contains(message_of(folder / "run.h5"), "name a file in it"));
    CHECK(contains(message_of(folder / std::string(300, 'x')), "choose another output path"));
    CHECK(contains(message_of(folder / "file/run.h5"), (folder / "file/run.h5").string() + ":"));
  }

  TEST_CASE("a file that is being written is not written by another run") {
    const TemporaryFolder folder;
    RunFile file(folder / "run.h5", sample_attributes());
    CHECK(contains(message_of(folder / "run.h5"), "another run is writing this file"));
    const fs::path path = folder / "run.h5";
    CHECK(exit_status(
              child([&] { return contains(message_of(path), "another run is writing this file") ? 0 : 1; })) == 0);
  }

  TEST_CASE("a run that is refused has not emptied the file that another is writing") {
    const TemporaryFolder folder;
    const fs::path part = folder / "run.h5.part";
    std::ofstream(part) << "\x89HDF\r\n\x1a\nwattershed-run, another's rows";
    const int other = open(part.c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(flock(other, LOCK_EX | LOCK_NB) == 0);
    CHECK(contains(message_of(folder / "run.h5"), "another run is writing this file"));
    CHECK(fs::file_size(part) == 38);
    close(other);
    CHECK(message_of(folder / "run.h5") == "no error");  // what a dead run has left is written over
  }

  TEST_CASE("what is not a run file of ours stays, at the path and at its part") {
    const TemporaryFolder folder;
    const fs::path path = folder / "run.h5";
    for (const fs::path& at : {path, fs::path(path.string() + ".part")}) {
      CAPTURE(at.filename().string());
      std::ofstream(at) << "title: a scenario\n";
      CHECK(contains(message_of(path), "exists and is no run file"));
      CHECK(fs::file_size(at) == 18);
      fs::remove(at);
      fs::create_symlink(folder / "elsewhere", at);
      CHECK(contains(message_of(path), "is a link"));
      CHECK_FALSE(fs::exists(folder / "elsewhere"));
      fs::remove(at);
      { const Hdf5Handle made(H5Fcreate(at.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose, "create"); }
      CHECK(contains(message_of(path), "exists and is no run file"));  // HDF5 of somebody else
      fs::remove(at);
    }
    write_sample(path, 10, BurstPolicy{});
    fs::create_hard_link(path, path.string() + ".part");
    const auto size = fs::file_size(path);
    CHECK(contains(message_of(path), "second name"));
    CHECK(fs::file_size(path) == size);
    fs::remove(path.string() + ".part");
    CHECK(message_of(path) == "no error");
  }

  TEST_CASE("what appears at the path during a run is kept, and so are the results") {
    const TemporaryFolder folder;
    const fs::path path = folder / "run.h5";
    RunFile file(path, sample_attributes());
    declare_sample(file);
    file.begin();
    std::ofstream(path) << "notes";
    CHECK_THROWS_AS(file.finish(), DiskError);
    CHECK(fs::file_size(path) == 5);
    CHECK(fs::exists(path.string() + ".part"));
  }

  TEST_CASE("the end: finished, interrupted, abandoned, dropped before and after begin") {
    const TemporaryFolder folder;
    const fs::path path = folder / "run.h5", part = folder / "run.h5.part";
    {
      RunFile file(path, sample_attributes());
      declare_sample(file);
      CHECK(fs::exists(part));
    }
    CHECK_FALSE(fs::exists(part));
    {
      RunFile file(path, sample_attributes());
      append_sample_row(
          file,
          [&] {
            const SampleTables t = declare_sample(file);
            file.begin();
            return t;
          }(),
          0);
    }
    CHECK(fs::exists(part));  // what was there is kept, and says complete = 0
    CHECK_FALSE(fs::exists(path));
    {
      RunFile file(path, sample_attributes());
      declare_sample(file);
      file.begin();
      file.abandon();
      file.abandon();
      CHECK_FALSE(fs::exists(part));
      file.tick();
    }
    {
      RunFile file(path, sample_attributes());
      declare_sample(file);
      file.begin();
      file.finish_incomplete();
    }
    CHECK(fs::exists(path));
    CHECK_FALSE(fs::exists(part));
  }

  TEST_CASE("a table used against its declaration is a programmer error") {
    const TemporaryFolder folder;
    RunFile file(folder / "run.h5", sample_attributes());
    const SampleTables tables = declare_sample(file);
    CHECK_THROWS_AS(file.append(tables.site, sample_start, sample_start + 1s, std::array{1.0, 1.0, 1.0, 1.0}),
                    std::logic_error);
    CHECK_THROWS_AS(file.time_table("phoenix", sample_start, {}), std::logic_error);
    file.begin();
    CHECK_THROWS_AS(file.append(tables.site, sample_start, sample_start + 1s, std::array{1.0}), std::logic_error);
    CHECK_THROWS_AS(file.append(tables.jobs, sample_start, sample_start + 1s, std::array{1.0, 1.0}),
                    std::logic_error);
    CHECK_THROWS_AS(file.append(tables.limits, std::array{1.0}), std::logic_error);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(file.append(tables.site, sample_start, sample_start + 1s, std::array{nan, 1.0, 1.0, 1.0}),
                    std::logic_error);
    file.append(tables.site, sample_start, sample_start + 1s, std::array{1.0, nan, 1.0, 1.0});
    CHECK(file.rows(tables.site) == 1);
    CHECK_THROWS_AS(file.append(TableId{}, std::array{1.0}), std::logic_error);
    file.abandon();
  }

  TEST_CASE("a full disk is one exception, and the part goes away without noise") {
    const TemporaryFolder folder;
    const fs::path path = folder / "run.h5";
    for (const std::size_t limit : {3'000U, 60'000U, 200'000U, 400'000U}) {
      CAPTURE(limit);
      const pid_t id = child([&] {
        std::freopen((folder / "stderr").c_str(), "w", stderr);
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit most{limit, limit};
        setrlimit(RLIMIT_FSIZE, &most);
        std::unique_ptr<RunFile> file;
        try {
          file = std::make_unique<RunFile>(path, sample_attributes(), BurstPolicy{.rows = 512});
          const SampleTables tables = declare_sample(*file);
          file->begin();
          for (std::size_t i = 0; i < 20'000; ++i) append_sample_row(*file, tables, i);
          file->finish();
        } catch (const DiskError& error) {
          if (!contains(error.what(), "File too large") || !contains(error.what(), "free some space")) return 2;
          file->abandon();
          return fs::exists(folder / "run.h5.part") ? 3 : 0;
        }
        return 1;
      });
      CHECK(exit_status(id) == 0);
      CHECK_FALSE(fs::exists(path));
      CHECK_FALSE(fs::exists(folder / "run.h5.part"));
      CHECK(fs::file_size(folder / "stderr") == 0);
    }
  }

  TEST_CASE("two threads write two files") {
    const TemporaryFolder folder;
    std::thread other([&] { write_sample(folder / "a.h5", 3'000, BurstPolicy{.rows = 64}); });
    write_sample(folder / "b.h5", 3'000, BurstPolicy{.rows = 100});
    other.join();
    CHECK(fs::exists(folder / "a.h5"));
    CHECK(fs::exists(folder / "b.h5"));
  }
}

TEST_SUITE("slow") {
  TEST_CASE("kill -9 at random moments: the part opens and holds what was flushed") {
    if (!python_reads_hdf5()) {
      MESSAGE("skipped: /usr/bin/python3 has no h5py, xarray, h5netcdf");
      return;
    }
    const TemporaryFolder folder;
    std::uint32_t state = 12'345;
    for (int round = 0; round < 20; ++round) {
      state = state * 1'664'525U + 1'013'904'223U;
      const fs::path path = folder / ("run" + std::to_string(round) + ".h5");
      int pipe_ends[2];
      REQUIRE(pipe(pipe_ends) == 0);
      // Tells how many rows were flushed for sure; bursts are far more frequent here than in a run.
      const pid_t id = child([&] {
        RunFile file(path, sample_attributes(), BurstPolicy{.rows = 1'000'000, .wall_time = 3'600s});
        const SampleTables tables = declare_sample(file);
        file.begin();
        for (std::size_t i = 0;; ++i) {
          append_sample_row(file, tables, i);
          if (i % 700 != 699) continue;
          file.flush();
          const std::size_t rows = i + 1;
          if (write(pipe_ends[1], &rows, sizeof rows) != sizeof rows) return 1;
        }
        return 0;
      });
      close(pipe_ends[1]);
      std::size_t flushed = 0, next = 0;
      REQUIRE(read(pipe_ends[0], &flushed, sizeof flushed) == sizeof flushed);
      std::this_thread::sleep_for(std::chrono::microseconds(state % 400'000));
      kill(id, SIGKILL);
      CHECK(exit_status(id) == -SIGKILL);
      while (read(pipe_ends[0], &next, sizeof next) == sizeof next) flushed = next;
      close(pipe_ends[0]);
      CHECK_FALSE(fs::exists(path));
      CAPTURE(round);
      CHECK(run_python(folder, read_part, path.string() + ".part " + std::to_string(flushed)) == 0);
    }
  }

  TEST_CASE("memory does not grow with the number of rows") {
    const TemporaryFolder folder;
    const auto resident_kib = [] {
      std::ifstream status("/proc/self/statm");
      long pages = 0, resident = 0;
      status >> pages >> resident;
      return resident * (sysconf(_SC_PAGESIZE) / 1024);
    };
    RunFile file(folder / "run.h5", sample_attributes());
    const SampleTables tables = declare_sample(file);
    file.begin();
    // Buffers, chunk caches and HDF5's metadata are at their full size after a few bursts of every table.
    std::size_t i = 0;
    for (; i < 250'000; ++i) append_sample_row(file, tables, i);
    const long before = resident_kib();
    for (; i < 1'000'000; ++i) append_sample_row(file, tables, i);
    const long after = resident_kib();
    MESSAGE("resident " << before << " KiB after 2.5e5 rows, " << after << " KiB after 1e6");
    CHECK(after - before < 750'000 * 6 / 1024);  // under one number a row, of thirteen that are appended
    CHECK(after < 100 * 1024);
    file.finish();
  }
}
