// lint as: sim/base/sample.cpp
Process sample(Simulation& simulation) {
  if (co_await simulation.ready()) {  // FAULT
    co_return;
  }
  if (first || co_await simulation.ready()) {  // FAULT
    co_return;
  }
  while (co_await simulation.ready()) {  // FAULT
  }
  do {
  } while (!co_await simulation.ready());  // FAULT
  switch (co_await simulation.ready()) {   // FAULT
  }
  for (int i = 0; co_await next(i); ++i) {  // FAULT
  }
}
