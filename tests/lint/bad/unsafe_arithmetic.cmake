# lint as: CMakeLists.txt
add_compile_options(-O2 -ffast-math)  # FAULT
set(CMAKE_CXX_FLAGS_RELEASE "-Ofast")  # FAULT
add_compile_options(-funsafe-math-optimizations)  # FAULT
