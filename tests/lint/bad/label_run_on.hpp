// lint as: sim/base/sample.hpp
/// A thing.
///
/// Inputs    a power that is said at great length, so that its line comes to an end and has to go on in the next
/// line                                                                     FAULT
/// Outputs   another one, said at great length, too, so that its line comes to an end and has to go on in the next
///           line
/// Second thoughts   of no label that is known
/// Errors  none
///
/// More of it stands here.
#pragma once
