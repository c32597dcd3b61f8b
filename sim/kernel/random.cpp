#include "sim/kernel/random.hpp"

#include <boost/random/exponential_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/lognormal_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <boost/random/weibull_distribution.hpp>
#include <cassert>

namespace wattershed {

namespace {

/// splitmix64 (Steele, Lea & Flood 2014): a bijection that mixes well.
std::uint64_t mix(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t stream_hash(std::uint64_t seed, std::uint64_t run, std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, 64 bits
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return mix(mix(mix(hash) ^ seed) ^ run);
}

Random::Random(std::uint64_t seed, std::uint64_t run, std::string_view name)
    : engine_(stream_hash(seed, run, name)) {}

double Random::uniform() { return boost::random::uniform_01<double>()(engine_); }

std::uint64_t Random::below(std::uint64_t n) {
  assert(n > 0);
  return boost::random::uniform_int_distribution<std::uint64_t>(0, n - 1)(engine_);
}

double Random::exponential(double mean) { return mean * boost::random::exponential_distribution<double>(1)(engine_); }

double Random::normal(double mean, double standard_deviation) {
  return mean + standard_deviation * boost::random::normal_distribution<double>(0, 1)(engine_);
}

double Random::lognormal(double log_mean, double log_standard_deviation) {
  return boost::random::lognormal_distribution<double>(log_mean, log_standard_deviation)(engine_);
}

double Random::gamma(double shape, double scale) {
  return boost::random::gamma_distribution<double>(shape, scale)(engine_);
}

double Random::weibull(double shape, double scale) {
  return boost::random::weibull_distribution<double>(shape, scale)(engine_);
}

std::uint64_t Random::poisson(double mean) {
  return boost::random::poisson_distribution<std::uint64_t, double>(mean)(engine_);
}

}  // namespace wattershed
