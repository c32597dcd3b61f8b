// lint as: sim/base/sample.hpp
/// A thing.
///
/// What it is for is said at length here, and then. Inputs    a power [W]    FAULT
/// Outputs   another one [W]; Valid     always                               FAULT
/// Source    a book of 1967 FAULT of Accuracy
///
/// Units of it are known; Valid only if they are
///   a table     has words before Source texts
#pragma once
