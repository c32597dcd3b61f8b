// expect: conversion from .* to non-scalar type
#include "sim/units/quantity.hpp"
using namespace wattershed;
Power wrong = ApparentPower(1000.0);
