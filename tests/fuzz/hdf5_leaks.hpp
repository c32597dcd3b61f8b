/// HDF5 1.10 leaks some of its own memory when it refuses a damaged file; that is not what these fuzzers look for.
#pragma once

extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }
