/// Windows of sites in one network, driven together: one swing of all machines under all sites' waveforms.
///
/// Each site hands in what it draws, sample by sample, when its window ends; with the last of them the network swings
/// once through the whole window and every site hears its voltage and its local frequency.
///
///   at rest   the flow at each site's mean load of the lead, the minute before the window; without a lead, of it all
///   swing     classical machines, fourth-order Runge-Kutta at the sample rate, at most 5 ms a step
///             (models/grid/network/rotor_swing.hpp)
///   voltage   behind the machines' x'd and with every site's load of that sample: what the network does within a
///             second
///
/// Inputs   waveforms with their lead [W], [VA]
/// Outputs  means over a sample of voltage [1] and frequency [Hz]
/// Errors   VoltageCollapse where a bus has no voltage, with time and loads
/// Valid    as the swing: no exciter, no tap changer; the frequency of a window begins at its nominal a minute before
/// Cost     ten machines and two sites: some microseconds a step; 8 bytes a sample and site until the last hands in
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/facility/site/site_model.hpp"

namespace wattershed {

/// What a site drew through a window and the lead before it.
struct WindowLoad {
  Time begin{};          ///< of the window
  Duration every{};      ///< length of a sample
  std::size_t lead = 0;  ///< samples before the begin
  std::vector<float> active_w, reactive_va;
  /// Told of every sample from the begin on, in order.
  std::function<void(std::size_t sample, double voltage, double frequency_hz)> hear;
};

class NetworkWindows {
 public:
  /// `sites` stand at buses of the network, which has machines.
  NetworkWindows(const LoadedNetwork& network, std::vector<SiteModel*> sites);

  /// The same windows come from all sites, each once, with equal lengths.
  void hand_in(std::size_t site, const std::string& window, WindowLoad load);
  [[nodiscard]] Frequency frequency() const { return network_.frequency; }
  /// Of a site's bus; nothing where the case does not say.
  [[nodiscard]] std::optional<Voltage> nominal_voltage(std::size_t site) const;

 private:
  void drive(std::vector<WindowLoad>& loads);

  const LoadedNetwork& network_;
  std::vector<SiteModel*> sites_;
  std::vector<std::size_t> buses_;
  std::map<std::string, std::map<std::size_t, WindowLoad>> waiting_;
};

}  // namespace wattershed
