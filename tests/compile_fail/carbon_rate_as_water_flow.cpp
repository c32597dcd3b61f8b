// expect: conversion from .* to non-scalar type
#include "sim/units/quantity.hpp"
using namespace wattershed;
MassFlow wrong = 40_MW * 429_g_per_kWh;
