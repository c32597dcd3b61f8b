// expect: conversion from .wattershed::Temperature. to non-scalar type
#include "sim/quantity.hpp"
using namespace wattershed;
TemperatureDelta wrong = 27_degC;
