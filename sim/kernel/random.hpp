/// Random numbers: one stream per name.
///
/// A stream is determined by (seed, run, name) and nothing else, so an entity that is added draws from its own stream
/// and disturbs no other. Engine and distributions are Boost.Random's, so that results do not depend on the standard
/// library. A stream is a value: a copy goes on independently from the same place.
/// Engine  64-bit Mersenne Twister (Matsumoto & Nishimura 1998), seeded by a 64-bit hash (FNV-1a of the name,
///         splitmix64 for seed and run). A stream takes 2.5 kB and 0.7 µs to begin: one per entity, not one per event.
#pragma once

#include <boost/random/mersenne_twister.hpp>
#include <cstdint>
#include <string_view>

namespace wattershed {

/// The stable hash behind a stream: the same on every platform and in every version.
std::uint64_t stream_hash(std::uint64_t seed, std::uint64_t run, std::string_view name);

class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t run, std::string_view name);

  /// In [0, 1).
  double uniform();
  /// In [low, high); low < high.
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// 0 … n − 1, each equally likely; n > 0.
  std::uint64_t below(std::uint64_t n);
  bool chance(double probability) { return uniform() < probability; }
  /// `mean` > 0.
  double exponential(double mean);
  double normal(double mean, double standard_deviation);
  /// exp of a normal variate with `log_mean` and `log_standard_deviation`.
  double lognormal(double log_mean, double log_standard_deviation);
  /// Of shape k and scale θ: mean k·θ.
  double gamma(double shape, double scale);
  double weibull(double shape, double scale);
  std::uint64_t poisson(double mean);

  /// The engine, for other Boost.Random distributions.
  using Engine = boost::random::mt19937_64;
  Engine& engine() { return engine_; }

 private:
  Engine engine_;
};

}  // namespace wattershed
