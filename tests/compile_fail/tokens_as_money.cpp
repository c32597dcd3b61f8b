// expect: conversion from .* to non-scalar type
#include "sim/units/quantity.hpp"
using namespace wattershed;
Money wrong = Tokens(5.0);
