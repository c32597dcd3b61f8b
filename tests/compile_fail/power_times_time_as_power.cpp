// expect: conversion from .* to non-scalar type
#include "sim/units/quantity.hpp"
using namespace wattershed;
Power wrong = 40_MW * std::chrono::hours(1);
