// lint as: analysis/text/sample.cpp
void sample() {
  std::cout << "hello\n";   // FAULT
  std::cerr << "oh\n";      // FAULT
  fmt::print("hello\n");    // FAULT
  printf("hello\n");        // FAULT
  std::printf("hello\n");   // FAULT
  fprintf(stderr, "oh\n");  // FAULT
  std::exit(1);             // FAULT
  exit(1);                  // FAULT
  std::abort();             // FAULT
}
