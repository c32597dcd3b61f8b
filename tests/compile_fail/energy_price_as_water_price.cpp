// expect: conversion from .* to non-scalar type
#include "sim/units/quantity.hpp"
using namespace wattershed;
WaterPrice wrong = 2_USD_per_kWh;
