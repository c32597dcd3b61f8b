#include "models/facility/record/span_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/calendar/calendar.hpp"
#include "sim/units/units.hpp"

namespace wattershed {
namespace {

Time next_day(Time t, const TimeZone& zone) {
  return zone.to_utc(std::chrono::floor<std::chrono::days>(zone.to_local(t)) + std::chrono::days(1));
}

std::chrono::year_month_day date_of(Time t, const TimeZone& zone) {
  return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(zone.to_local(t)));
}

std::string_view name_of(LimitSpan span) { return enum_names(span)[static_cast<std::size_t>(span)]; }

double value_of(const LimitTarget& target, double over, double under, double length_s) {
  if (target.kind == LimitKind::mean) return over / length_s;
  return target.kind == LimitKind::ratio ? over / under : over;
}

}  // namespace

SpanLimits::SpanLimits(Simulation& simulation, const SiteModel& site, const LoadedSite& loaded,
                       std::function<Scalars()> scalars)
    : simulation_(simulation), site_(site), end_(loaded.end), scalars_(std::move(scalars)), day_since_(loaded.start) {
  for (const auto& [name, limit] : loaded.scenario.limits) {
    LimitTarget target = limit_target(limit, *loaded.document);
    if (target.kind == LimitKind::level) continue;
    Watched watched;
    watched.name = name;
    watched.margin = limit.margin.si();
    watched.verdict.name = name;
    watched.verdict.quantity = target.quantity->name;
    watched.verdict.units = unit_of(target.dimension);
    watched.verdict.per = name_of(*target.span);
    watched.verdict.is_maximum = target.is_maximum;
    watched.target = std::move(target);
    watched.bound = bound_of(watched);
    limits_.push_back(std::move(watched));
    begin_span(limits_.back(), {}, loaded.start, ends(*limits_.back().target.span, loaded.start));
  }
  if (!limits_.empty()) schedule_look();
}

// What changes at that instant comes after it: it belongs to the next day.
void SpanLimits::schedule_look() {
  const Time next = next_day(simulation_.now(), site_.zone());
  if (next >= end_) return;
  simulation_.at(
      next, [this] { look(); }, EventPriority::early);
}

double SpanLimits::bound_of(const Watched& limit) const {
  const std::string& path = limit.target.path;
  return !path.empty() && site_.parameters().has(path) ? site_.parameters().value(path) : limit.target.bound;
}

/// Whether a span of the calendar ends, and another begins, when that day begins.
bool SpanLimits::ends(LimitSpan span, Time at) const {
  const TimeZone& zone = site_.zone();
  if (at == month_start(at, zone)) {
    if (span == LimitSpan::month) return true;
    if (span == LimitSpan::year) return date_of(at, zone).month() == std::chrono::January;
  }
  if (span == LimitSpan::day) return at == zone.to_utc(std::chrono::floor<std::chrono::days>(zone.to_local(at)));
  return false;
}

SpanLimits::Amount SpanLimits::amount_of(const Watched& limit, const Scalars& scalars) const {
  const LimitTarget& target = limit.target;
  if (target.kind == LimitKind::sum || target.kind == LimitKind::mean)
    return {site_.columns().total(target.quantity->name), 0, true};
  const auto sum = [&](const std::vector<std::string_view>& names, double& total) {
    for (const std::string_view name : names) {
      const auto found = scalars.find(name);
      if (found == scalars.end()) return false;
      total += found->second;
    }
    return true;
  };
  Amount amount;
  const SummaryRatio* ratio = target.kind == LimitKind::ratio ? find_summary_ratio(target.quantity->name) : nullptr;
  amount.known = ratio ? sum(ratio->over, amount.over) && sum(ratio->under, amount.under)
                       : sum({target.quantity->name}, amount.over);
  return amount;
}

void SpanLimits::begin_span(Watched& limit, const Amount& amount, Time at, bool at_its_begin) {
  limit.since = at;
  limit.from_its_begin = at_its_begin || *limit.target.span == LimitSpan::run;
  limit.over = amount.over;
  limit.under = amount.under;
  limit.passed_since.reset();
}

void SpanLimits::look() {
  const Time now = simulation_.now();
  const Scalars scalars = scalars_();
  for (Watched& limit : limits_) {
    const Amount amount = amount_of(limit, scalars);
    const LimitTarget& target = limit.target;
    const bool adds = target.kind == LimitKind::sum || target.kind == LimitKind::growth;
    if (adds && target.is_maximum) {
      const double allowed = allowed_of(limit.bound, limit.margin, true);
      if (room_to(amount.over - limit.over, allowed, true) >= 0)
        limit.passed_since.reset();
      else if (!limit.passed_since)
        limit.passed_since = std::max(day_since_, limit.since);
    }
    if (ends(*target.span, now)) {
      judge(limit, amount, now, limit.from_its_begin);
      begin_span(limit, amount, now, true);
    }
    limit.bound = bound_of(limit);
  }
  day_since_ = now;
  schedule_look();
}

void SpanLimits::judge(Watched& limit, const Amount& amount, Time at, bool whole) {
  const LimitTarget& target = limit.target;
  const double over = amount.over - limit.over, under = amount.under - limit.under;
  const double length_s = seconds(at - limit.since);
  if (!(length_s > 0) || !amount.known || (target.kind == LimitKind::ratio && !(under > 0))) {
    ++limit.without_value;
    return;
  }
  const double value = value_of(target, over, under, length_s);
  const double allowed = allowed_of(limit.bound, limit.margin, target.is_maximum);
  const double headroom = headroom_to(value, allowed, target.is_maximum);
  const bool adds = target.kind == LimitKind::sum || target.kind == LimitKind::growth;
  if (!whole && !(adds && (target.is_maximum ? headroom < 0 : headroom >= 0))) return;
  LimitVerdict& verdict = limit.verdict;
  if (!limit.shown || headroom < verdict.headroom) {
    verdict.allowed = allowed;
    verdict.worst = value;
    verdict.headroom = headroom;
  }
  limit.shown = true;
  if (!(headroom < 0)) return;
  const Time since =
      limit.passed_since.value_or(adds && target.is_maximum ? std::max(day_since_, limit.since) : limit.since);
  verdict.broken = true;
  verdict.time_over_s += seconds(at - since);
  if (!verdict.first_breach && target.kind != LimitKind::whole) verdict.first_breach = since;
}

void SpanLimits::close() {
  const Time now = simulation_.now();
  const Scalars scalars = scalars_();
  for (Watched& limit : limits_) {
    const Amount amount = amount_of(limit, scalars);
    const LimitSpan span = *limit.target.span;
    const bool whole = span == LimitSpan::run ? now >= end_ : limit.from_its_begin && ends(span, now);
    judge(limit, amount, now, whole);
    if (limit.shown) continue;
    limit.verdict.why = why_unseen(limit);
  }
}

std::string SpanLimits::why_unseen(const Watched& limit) {
  const LimitSpan span = *limit.target.span;
  if (limit.without_value > 0 && limit.target.kind == LimitKind::ratio)
    return fmt::format("{} has no value: what it is a share of, or over, was 0 in every whole {}",
                       limit.verdict.quantity, name_of(span));
  if (limit.without_value > 0)
    return fmt::format("this run has no {}: nothing happened that it is of", limit.verdict.quantity);
  return span == LimitSpan::run ? "the run was interrupted: it takes a whole one"
                                : fmt::format("the run holds no whole {} of the site's calendar", name_of(span));
}

std::vector<LimitVerdict> SpanLimits::verdicts() const {
  std::vector<LimitVerdict> verdicts;
  for (const Watched& limit : limits_) verdicts.push_back(limit.verdict);
  return verdicts;
}

}  // namespace wattershed
