#include "models/grid/market/scenario.hpp"

namespace wattershed {

void Region::visit(Fields& f) {
  f.optional("title", title, {.help = "what the code stands for"});
  f.required("carbon", carbon, {.help = "annual mean carbon intensity", .at_least = 0, .example = "393 g/kWh"});
  f.optional("boundary", boundary, {.help = "what the intensity counts: life-cycle, direct CO2, …"});
  f.required("price", price, {.help = "annual mean price of energy for large users", .example = "0.08 USD/kWh"});
  f.required("water_intensity", water_intensity,
             {.help = "water that power plants consume", .at_least = 0, .example = "3.1 L/kWh"});
}

void HourlyColumn::visit(Fields& f) {
  f.optional("csv", csv, {.help = "hourly CSV with timestamp_utc, mapped by UTC month, day and hour"});
  f.optional("column", column, {.help = "the column to use; its unit is the end of its name"});
}

void CarbonSource::visit(Fields& f) {
  f.alternatives({"intensity", "csv"}, true);
  f.optional("intensity", intensity,
             {.help = "carbon intensity of grid power", .changes = true, .at_least = 0, .example = "429 g/kWh"});
  HourlyColumn::visit(f);
  f.optional("boundary", boundary, {.help = "what the intensity counts: life-cycle, direct, …"});
}

void PriceSource::visit(Fields& f) {
  f.alternatives({"price", "csv"}, true);
  f.optional("price", price, {.help = "price of energy", .changes = true, .example = "0.052 USD/kWh"});
  HourlyColumn::visit(f);
}

void Tariff::visit(Fields& f) {
  f.optional("energy", energy, {.help = "price of energy; replaces the region's"});
  f.optional("demand", demand,
             {.help = "demand charge on each month's highest demand",
              .changes = true,
              .at_least = 0,
              .source = "no demand charge",
              .kind = ValueKind::assumed,
              .example = "14.50 USD/kW/month"});
  f.optional("demand_interval", demand_interval,
             {.help = "demand is the mean power over this time",
              .at_least = 1,
              .at_most = 86400,
              .source = "the usual metering interval of U.S. tariffs",
              .kind = ValueKind::assumed,
              .example = "15 min"});
  f.optional("water", water,
             {.help = "price of make-up water",
              .changes = true,
              .at_least = 0,
              .source = "between Loudoun Water's 2024 reclaimed and potable rates with sewer",
              .kind = ValueKind::assumed,
              .example = "2 USD/m3"});
}

void Grid::visit(Fields& f) {
  f.optional("connection", connection,
             {.help = "power that the site may draw", .changes = true, .above = 0, .example = "40 MW"});
  f.optional("region", region,
             {.help = "region of the catalog: carbon, price and water of its grid", .example = "US-AZ"});
  f.optional("carbon", carbon, {.help = "carbon intensity; replaces the region's"});
  f.optional("water_intensity", water_intensity,
             {.help = "water that power plants consume; replaces the region's",
              .changes = true,
              .at_least = 0,
              .example = "3.1 L/kWh"});
  f.optional("tariff", tariff, {.help = "prices of energy, demand and water"});
  f.optional("point", point, {.help = "the grid where the site hangs on it: voltage and short-circuit power"});
  f.optional("system", system,
             {.help = "the interconnection, for its frequency", .example = "anderson-mirheydar-60"});
  f.optional("bus", bus, {.help = "bus of the scenario's `network` where the site stands", .example = "16"});
  if (region) return;
  if (!carbon)
    f.fault("", "carbon intensity is unknown: give region (for example US-AZ) or carbon (for example 400 g/kWh)");
  if (!tariff.energy)
    f.fault("", "the price of energy is unknown: give region or tariff.energy (for example 0.08 USD/kWh)");
  if (!water_intensity)
    f.fault("", "the water of power plants is unknown: give region or water_intensity (for example 3.1 L/kWh)");
}

}  // namespace wattershed
