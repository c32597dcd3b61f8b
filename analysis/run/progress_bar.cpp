#include "analysis/run/progress_bar.hpp"

#include <fmt/format.h>

namespace wattershed {

ProgressBar::ProgressBar(const Session& session, bool wanted)
    : session_(session), shown_(wanted && session.terminal) {}

void ProgressBar::update(const Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (!shown_ || now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  const double wall_s = std::chrono::duration<double>(now - begin_).count();
  const double share = seconds(progress.now - progress.start) / seconds(progress.end - progress.start);
  const int filled = static_cast<int>(share * 30);
  const double rate = static_cast<double>(progress.events) / wall_s;
  const std::string events = rate >= 1e6   ? fmt::format("{:.1f} M", rate / 1e6)
                             : rate >= 1e3 ? fmt::format("{:.0f} k", rate / 1e3)
                                           : fmt::format("{:.0f}", rate);
  session_.progress(fmt::format("{} [{:#<{}}{:.<{}}] {:3.0f} %  {} events/s  {:.0f} s left ",
                                format_utc(progress.now).substr(0, 10), "", filled, "", 30 - filled, share * 100,
                                events, share > 0 ? wall_s * (1 / share - 1) : 0.0));
  drawn_ = true;
}

void ProgressBar::clear() {
  if (drawn_) session_.progress("");
  drawn_ = false;
}

}  // namespace wattershed
