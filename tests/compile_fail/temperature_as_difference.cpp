// expect: conversion from .wattershed::Temperature. to non-scalar type
#include "sim/units/quantity.hpp"
using namespace wattershed;
TemperatureDelta wrong = 27_degC;
