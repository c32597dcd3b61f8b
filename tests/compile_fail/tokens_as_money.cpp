// expect: conversion from .* to non-scalar type
#include "sim/quantity.hpp"
using namespace wattershed;
Money wrong = Tokens(5.0);
