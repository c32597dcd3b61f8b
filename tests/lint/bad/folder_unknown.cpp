// lint as: models/plumbing/pipe.cpp   FAULT
