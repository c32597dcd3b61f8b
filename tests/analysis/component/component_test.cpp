#include "analysis/component/component.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <tuple>

#include "analysis/component/columns.hpp"
#include "models/catalog/embedded_catalog.hpp"
#include "models/cooling/machines/chiller.hpp"
#include "models/cooling/machines/dry_cooler.hpp"
#include "models/cooling/machines/tower.hpp"
#include "models/weather/moist_air.hpp"

using namespace wattershed;

namespace {

/// A folder of its own for one test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wattershed_component_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  /// Writes a file and gives its name.
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

using Sets = std::vector<std::string>;

ComponentResult evaluate(const std::string& model, const std::string& csv, const Sets& sets = {},
                         bool compare = false) {
  const Folder folder;
  return evaluate_component(model, folder.file("states.csv", csv), sets, Catalog(embedded_catalog()), compare);
}

/// What the error says, or an empty text when there is none.
std::string complaint(const std::string& model, const std::string& csv, const Sets& sets = {}, bool compare = false) {
  try {
    evaluate(model, csv, sets, compare);
    return {};
  } catch (const InputError& error) {
    return error.what();
  }
}

double value(const ComponentResult& result, std::size_t row, const std::string& column) {
  const auto at = std::find(result.sim_names.begin(), result.sim_names.end(), column);
  CAPTURE(column);
  REQUIRE(at != result.sim_names.end());
  return result.values[row * result.sim_names.size() + static_cast<std::size_t>(at - result.sim_names.begin())];
}

bool all_empty(const ComponentResult& result, std::size_t row) {
  const std::size_t outputs = result.sim_names.size();
  return std::all_of(result.values.begin() + static_cast<std::ptrdiff_t>(row * outputs),
                     result.values.begin() + static_cast<std::ptrdiff_t>((row + 1) * outputs),
                     [](double v) { return std::isnan(v); });
}

std::string written(const ComponentResult& result) {
  std::string text;
  write_component_csv(result, [&](std::string_view piece) { text += piece; });
  return text;
}

bool holds(const std::string& text, const std::string& part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found) MESSAGE("'", part, "' is not in: ", text);
  return found;
}

bool warns(const ComponentResult& result, const std::string& part) {
  return std::any_of(result.warnings.begin(), result.warnings.end(),
                     [&](const std::string& w) { return w.find(part) != std::string::npos; });
}

const std::string tower_header = "T_drybulb_C,T_wetbulb_C,T_water_in_C,m_water_kg_s,air_flow_ratio";
const Sets small_tower{"tower.water=1.09317 kg/s", "tower.air=0.56124 m3/s"};
const Sets small_cooler{"dry_cooler={water: 126 kg/s, air: 364 kg/s, fan: 118 kW}"};

/// A chiller whose curves do nothing: capacity 100 kW, COP 5, power in proportion to load.
const std::string flat_curves =
    "name,capacity_W,COP,PLR_min,PLR_min_unload,PLR_max,T_eva_lvg_ref_C,T_con_ent_ref_C,T_eva_min_C,T_eva_max_C,"
    "T_con_min_C,T_con_max_C,capft_0,capft_1,capft_2,capft_3,capft_4,capft_5,eirft_0,eirft_1,eirft_2,eirft_3,"
    "eirft_4,eirft_5,eirfplr_0,eirfplr_1,eirfplr_2,motor_eff\n"
    "flat,100000,5,0.1,0.2,1,7,30,5,10,20,35,1,0,0,0,0,0,1,0,0,0,0,0,0,1,0,1\n";

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("moist air equals its kernels, by relative humidity, wet bulb, dew point and humidity ratio") {
    const double t_k = 303.15, p_pa = 95e3;
    const double w = moist_air::humidity_ratio_from_relative(t_k, 0.4, p_pa);
    const double wet_k = moist_air::wet_bulb_k(t_k, w, p_pa), dew_k = moist_air::dew_point_k(t_k, w, p_pa);
    const std::string csv = fmt::format(
        "input_mode,tdb_C,p_Pa,rh_frac,twb_K,tdp_F,hum_ratio_g_kg\nRH,30,95000,0.4,,,\nWB,30,95000,,{},,\n"
        "DP,30,95000,,,{},\nW,30,95000,,,,{}\n",
        wet_k, dew_k * 9 / 5 - 459.67, w * 1000);
    const ComponentResult result = evaluate("moist-air", csv);
    CHECK(result.warnings.empty());
    for (std::size_t row = 0; row < 4; ++row) {
      CAPTURE(row);
      CHECK(value(result, row, "sim_rh_frac") == doctest::Approx(0.4).epsilon(1e-7));
      CHECK(value(result, row, "sim_twb_K") == doctest::Approx(wet_k).epsilon(1e-8));
      CHECK(value(result, row, "sim_tdp_F") == doctest::Approx(dew_k * 9 / 5 - 459.67).epsilon(1e-7));
      CHECK(value(result, row, "sim_hum_ratio_g_kg") == doctest::Approx(w * 1000).epsilon(1e-7));
      CHECK(value(result, row, "sim_enthalpy_J_per_kg_da") ==
            doctest::Approx(moist_air::enthalpy_j_per_kg(t_k, w)).epsilon(1e-7));
      CHECK(value(result, row, "sim_density_kg_m3") ==
            doctest::Approx(moist_air::density_kg_per_m3(t_k, w, p_pa)).epsilon(1e-8));
    }
  }

  TEST_CASE("moist air: which column is the input, and the pressure without a column") {
    const ComponentResult only = evaluate("moist-air", "T_drybulb_C,RH_pct\n30,40\n", {"pressure=95 kPa"});
    CHECK(value(only, 0, "sim_hum_ratio_kgkg") ==
          doctest::Approx(moist_air::humidity_ratio_from_relative(303.15, 0.4, 95e3)));
    CHECK(value(only, 0, "sim_RH_pct") == doctest::Approx(40));
    const std::string both = "tdb_C,rh_frac,twb_C\n30,0.4,25\n";
    CHECK(holds(complaint("moist-air", both), "states.csv:1: 'rh_frac' and 'twb_C' both give the humidity"));
    CHECK(value(evaluate("moist-air", both, {"input=wet_bulb"}), 0, "sim_twb_C") == doctest::Approx(25));
    CHECK(value(evaluate("moist-air", both, {"input=relative_humidity"}), 0, "sim_rh_frac") == doctest::Approx(0.4));
    CHECK(holds(complaint("moist-air", both, {"input=wetbulb"}), "did you mean 'wet_bulb'?"));
    CHECK(
        holds(complaint("moist-air", both, {"input=dew_point"}), "states.csv:1: no column of the dew point (tdp_C)"));
    CHECK(holds(complaint("moist-air", "tdb_C\n30\n"), "states.csv:1: no column of the wet bulb (twb_C)"));
    CHECK(holds(complaint("moist-air", "input_mode,tdb_C,rh\nRG,30,0.4\n"),
                "states.csv:2: input_mode is 'RG'; did you mean 'RH'?"));
    CHECK(holds(complaint("moist-air", "input_mode,tdb_C,rh\nWB,30,0.4\n"), "states.csv:2: input_mode is WB"));
  }

  TEST_CASE("a chiller from a table of curves equals the model; every row that fails is named") {
    const Folder folder;
    const std::string curves = folder.file("curves.csv", flat_curves);
    const std::string states = "curve,load_kW,T_eva_lvg_C,T_con_ent_C\nflat,50,7,30\nflat,5,7,30\nflat,150,7,30\n";
    const ComponentResult result = evaluate("chiller", states, {"curves=" + curves});
    CHECK(result.warnings.empty());
    CHECK(value(result, 0, "sim_power_W") == doctest::Approx(10'000));
    CHECK(value(result, 0, "sim_COP") == doctest::Approx(5));
    CHECK(value(result, 0, "sim_Q_cond_W") == doctest::Approx(60'000));
    CHECK(value(result, 1, "sim_PLR_compressor") == doctest::Approx(0.2));
    CHECK(value(result, 1, "sim_cycling_ratio") == doctest::Approx(0.5));
    CHECK(value(result, 1, "sim_EIRFPLR") == doctest::Approx(0.2));
    CHECK(value(result, 1, "sim_power_W") == doctest::Approx(2'000));
    CHECK(value(result, 2, "sim_Q_evap_W") == doctest::Approx(100'000));
    CHECK(value(result, 2, "sim_PLR") == doctest::Approx(1));

    const Sets sets{"curves=" + curves};
    const std::string wrong =
        complaint("chiller", "curve,load_W,T_eva_lvg_C,T_con_ent_C\nflt,1,7,30\nb,1,7,30\n", sets);
    CHECK(holds(wrong, "states.csv:2: "));
    CHECK(holds(wrong, "has no curve set 'flt'; did you mean 'flat'?"));
    CHECK(holds(wrong, "states.csv:3: "));
    CHECK(holds(complaint("chiller", states, {"curves=" + folder.file("bad.csv", "name,capacity\nflat,1\n")}),
                "bad.csv:1: no column 'capacity_W'; did you mean 'capacity'?"));
    CHECK(holds(
        complaint("chiller", states, {"curves=" + folder.file("nan.csv", flat_curves + "x" + std::string(27, ','))}),
        "nan.csv:3:3: capacity_W: empty, where a number is needed"));
    // One machine for all rows is the alternative; what is said last stands, as everywhere in --set.
    CHECK(value(evaluate("chiller", states, {"curves=" + curves, "chiller={use: doe2-centrifugal, capacity: 1 MW}"}),
                0, "sim_Q_available_W") > 9e5);
    CHECK(holds(complaint("chiller", states, {"curves=nowhere.csv"}),
                "--set curves=nowhere.csv: cannot read 'nowhere.csv': no such file"));
  }

  TEST_CASE("a chiller from the catalog: by --set, by the catalog's name and by the curve set it was taken from") {
    const std::string states =
        "curve,load_W,T_eva_lvg_C,T_con_ent_C\ndoe2-centrifugal,60000,6,28\n"
        "ElectricEIRChiller_DOE_2_Centrifugal_5_50COP,60000,6,28\nElectricEIRChiller_Nobody,60000,6,28\n";
    const ComponentResult by_row = evaluate("chiller", states);
    const ComponentResult by_set = evaluate("chiller", states, {"chiller=doe2-centrifugal"});
    CHECK(value(by_row, 0, "sim_power_W") > 5'000);
    CHECK(value(by_row, 1, "sim_power_W") == value(by_row, 0, "sim_power_W"));
    CHECK(all_empty(by_row, 2));
    REQUIRE(by_row.warnings.size() == 1);
    CHECK(
        by_row.warnings[0] ==
        "all sim_ fields are empty in 1 of 3 rows, first in line 4: the catalog has no such curve set: give the sets "
        "with --set curves=FILE.csv");
    for (std::size_t row = 0; row < 3; ++row)
      CHECK(value(by_set, row, "sim_power_W") == value(by_row, 0, "sim_power_W"));
    const ComponentResult large = evaluate("chiller", states, {"chiller={use: doe2-centrifugal, capacity: 200 kW}"});
    CHECK(value(large, 0, "sim_Q_available_W") == doctest::Approx(2 * value(by_row, 0, "sim_Q_available_W")));
    CHECK(holds(complaint("chiller", states, {"chiller=doe2-centrifugl"}), "did you mean 'doe2-centrifugal'?"));
    CHECK(holds(complaint("chiller", "load_W,T_eva_lvg_C,T_con_ent_C\n1,7,30\n"), "which chiller?"));
  }

  TEST_CASE("a tower equals the model, from wet bulb, from relative humidity, with water by flow and by ratio") {
    Tower tower;
    tower.water = MassFlow(1.09317);
    tower.air = VolumeFlow(0.56124);
    tower = rated(tower);
    Outdoors air;
    air.dry_bulb = Temperature::celsius(30);
    air.pressure = Pressure(98e3);
    air.humidity_ratio = moist_air::humidity_ratio_from_relative(303.15, 0.5, 98e3);
    air.wet_bulb = Temperature(moist_air::wet_bulb_k(303.15, air.humidity_ratio, 98e3));
    const TowerState state = run_tower(tower, {Temperature::celsius(35), 0.8 * tower.water}, 0.6, air);

    Sets sets = small_tower;
    sets.emplace_back("pressure=98 kPa");
    const ComponentResult by_ratio =
        evaluate("tower", "T_drybulb_C,RH,T_water_in_C,water_flow_ratio,air_flow_ratio\n30,0.5,35,0.8,0.6\n", sets);
    const ComponentResult by_flow = evaluate(
        "tower", tower_header + fmt::format("\n30,{},35,{},0.6\n", air.wet_bulb.celsius(), 0.8 * 1.09317), sets);
    for (const ComponentResult* result : {&by_ratio, &by_flow}) {
      CHECK(value(*result, 0, "sim_T_water_out_C") == doctest::Approx(state.water_leaving.celsius()).epsilon(1e-8));
      CHECK(value(*result, 0, "sim_Q_W") == doctest::Approx(state.heat.si()).epsilon(1e-7));
      CHECK(value(*result, 0, "sim_evap_kg_s") == doctest::Approx(state.evaporation.si()).epsilon(1e-6));
      CHECK(value(*result, 0, "sim_drift_kg_s") == doctest::Approx(state.drift.si()));
      // Nobody gave a fan or cycles of concentration: no figure is made up.
      for (const char* none : {"sim_P_fan_W", "sim_blowdown_kg_s", "sim_makeup_kg_s"})
        CHECK(std::count(result->sim_names.begin(), result->sim_names.end(), none) == 0);
    }
    const ComponentResult with_fan = evaluate("tower", tower_header + ",P_fan_kW\n25,20,35,1,0.5,1\n",
                                              {"tower=energyplus-25kw", "cycles_of_concentration=4"}, true);
    CHECK(value(with_fan, 0, "sim_P_fan_kW") == doctest::Approx(0.21327113 * (0.02 + 0.98 * 0.125)));
    CHECK(value(with_fan, 0, "sim_makeup_kg_s") ==
          doctest::Approx(value(with_fan, 0, "sim_evap_kg_s") * 4 / 3).epsilon(1e-6));
    CHECK(warns(evaluate("tower", tower_header + ",P_fan_W\n25,20,35,1,0.5,1\n", small_tower),
                "P_fan_W is not evaluated: give --set tower.fan"));
    const ComponentResult sized =
        evaluate("tower", "tdb_C,twb_C,T_water_in_C,water_flow_ratio,fan_speed\n35,25.6,35,1,1\n",
                 {"tower=merkel-default", "heat=2 MW"});
    // The factor of the water flow is 1.0039 at design, not 1: a little more than asked for.
    CHECK(value(sized, 0, "sim_Q_W") == doctest::Approx(2.0023e6).epsilon(2e-4));
  }

  TEST_CASE("a dry cooler equals the model") {
    DryCooler cooler;
    cooler.water = MassFlow(126);
    cooler.air = MassFlow(364);
    cooler.fan = Power(118e3);
    cooler = rated(cooler);
    const DryCoolerState state =
        run_dry_cooler(cooler, {Temperature::celsius(40), 0.7 * cooler.water}, 0.5, Temperature::celsius(22));
    const ComponentResult result = evaluate(
        "dry-cooler", "T_air_in_F,T_water_in_C,water_flow_ratio,air_flow_ratio\n71.6,40,0.7,0.5\n20,10,1,1\n",
        small_cooler);
    CHECK(value(result, 0, "sim_Q_W") == doctest::Approx(state.heat.si()));
    CHECK(value(result, 0, "sim_T_water_out_C") == doctest::Approx(state.water_leaving.celsius()));
    CHECK(value(result, 0, "sim_T_air_out_C") == doctest::Approx(state.air_leaving.celsius()));
    CHECK(value(result, 0, "sim_P_fan_W") == doctest::Approx(118e3 / 8));
    CHECK(value(result, 0, "sim_UA_W_K") == doctest::Approx(dry_cooler_conductance(cooler, 0.7, 0.5).si()));
    const ComponentResult named =
        evaluate("dry-cooler", "T_air_in_C,T_water_in_C,water_flow_ratio,air_flow_ratio\n35,46.11,1,1\n",
                 {"dry_cooler=bac-tdfs1238n"});
    CHECK(value(named, 0, "sim_T_water_out_C") == doctest::Approx(40.55).epsilon(1e-3));
  }

  TEST_CASE("what cannot be used is refused with its place and the way out") {
    CHECK(holds(complaint("towr", "a\n"), "no model 'towr'; did you mean 'tower'?"));
    CHECK(holds(complaint("tower", tower_header + "\n", {"tower.watr=1 kg/s"}), "did you mean 'water'?"));
    CHECK(holds(complaint("tower", tower_header + "\n", {"tower.water=1 kW"}), "tower.water"));
    CHECK(holds(complaint("tower", tower_header + "\n"), "how large is the tower?"));
    CHECK(holds(complaint("dry-cooler", "a\n"), "how large is the dry cooler?"));
    CHECK(holds(complaint("tower", "T_drybulb_C,T_wetbulb_C,T_water_inC,m_water_kg_s,air_flow_ratio\n", small_tower),
                "states.csv:1: no column of the water entering (T_water_in_C); did you mean 'T_water_inC'?"));
    CHECK(holds(complaint("tower", "T_drybulb_C,T_water_in_C,m_water_kg_s,air_flow_ratio\n", small_tower),
                "no column of the wet bulb"));
    CHECK(holds(complaint("tower", "T_drybulb_C,T_wetbulb_C,T_water_in_C,air_flow_ratio\n", small_tower),
                "no column of the flow of water over design"));
    CHECK(holds(complaint("tower", tower_header + ",T_drybulb_K\n", small_tower),
                "states.csv:1: 'T_drybulb_C' and 'T_drybulb_K' both give the dry bulb: keep one"));
    CHECK(
        holds(complaint("tower", tower_header + ",sim_Q_W\n", small_tower), "the column 'sim_Q_W' is there already"));
    CHECK(holds(complaint("tower", tower_header + "\n25,20,35,1,0.5\n", small_tower, true),
                "states.csv:1: no column to compare with: none of T_water_out_C, Q_W"));
    const std::string cells =
        complaint("tower",
                  "# one\n" + tower_header +
                      "\n25,20,x,1,0.5\n25,20,35,1,0.5\n25,20,35,,0.5\nnan,20,35,1,0.5\n25,1e999,35,1,1\n",
                  small_tower);
    CHECK(holds(cells, "states.csv:3:7: T_water_in_C: 'x' is not a number"));
    CHECK(holds(cells, "states.csv:5:10: m_water_kg_s: empty, where a number is needed"));
    CHECK(holds(cells, "states.csv:6:1: T_drybulb_C: 'nan' is not a number"));
    CHECK(holds(cells, "states.csv:7:4: T_wetbulb_C: '1e999' is not a number"));
    CHECK(holds(complaint("tower", tower_header + ",Q_W\n25,20,35,1,0.5,n/a\n", small_tower, true),
                "states.csv:2:16: Q_W: 'n/a' is not a number"));
    CHECK(complaint("tower", tower_header + ",Q_W\n25,20,35,1,0.5,n/a\n", small_tower).empty());
    CHECK_THROWS_WITH_AS(evaluate_component("tower", "nowhere.csv", small_tower, Catalog(embedded_catalog()), false),
                         "cannot read 'nowhere.csv': no such file", InputError);
  }

  TEST_CASE("beyond its range a model answers and marks it; what has no answer is empty; both are counted") {
    const ComponentResult tower = evaluate(
        "tower",
        tower_header +
            "\n25,20,35,1,0.5\n25,26,35,1,0.5\n25,20,35,1,1.2\n45,36,40,1,1\n25,20,35,0.1,1\n25,20,35,1,-1\n",
        small_tower);
    CHECK_FALSE(all_empty(tower, 0));
    for (const std::size_t row : {1, 2, 5}) CHECK(all_empty(tower, row));
    for (const std::size_t row : {3, 4}) {
      CHECK(value(tower, row, "sim_outside") == 1);
      CHECK(value(tower, row, "sim_Q_W") > 0);
    }
    CHECK(value(tower, 0, "sim_outside") == 0);
    CHECK(warns(tower, "in 2 of 6 rows, first in line 4: the flow of air is outside 0..1 of design"));
    CHECK(warns(tower, "in 1 of 6 rows, first in line 3: the wet bulb is above the dry bulb"));
    CHECK(warns(tower, "first in line 5: the wet bulb is outside -10..35 degC"));
    CHECK(warns(tower, "first in line 6: the flow of water is outside 0.3..1 of design"));

    const ComponentResult chiller = evaluate(
        "chiller", "load_W,T_eva_lvg_C,T_con_ent_C\n0,6,28\n60000,25,28\n-1,6,28\n", {"chiller=doe2-centrifugal"});
    CHECK(value(chiller, 0, "sim_power_W") == 0);
    CHECK(std::isnan(value(chiller, 0, "sim_COP")));
    CHECK(warns(chiller, "sim_COP is empty in 1 of 3 rows, first in line 2"));
    CHECK(value(chiller, 1, "sim_outside") == 1);
    CHECK(value(chiller, 1, "sim_power_W") > 0);
    CHECK(value(chiller, 0, "sim_outside") == 0);
    CHECK(warns(chiller, "first in line 3: a temperature is outside the range of the chiller's curves"));
    CHECK(warns(chiller, "first in line 4: the load is below zero"));

    const ComponentResult air =
        evaluate("moist-air", "tdb_C,p_Pa,rh\n30,95000,1.2\n120,95000,0.1\n30,95000,0\n300,1e6,0.1\n");
    for (std::size_t row = 0; row < 4; ++row) CHECK(all_empty(air, row));
    CHECK(air.warnings.size() == 3);  // two rows share one
    CHECK(holds(written(air), "\n30,95000,1.2,,,,,,,,,,\n"));
    const ComponentResult dry = evaluate("moist-air", "tdb_C,twb_C\n30,2\n30,31\n30,-200\n");
    CHECK(dry.warnings.size() == 3);
    CHECK(warns(evaluate("moist-air", "tdb_C,rh\n"), "the file has no rows"));
  }

  TEST_CASE("no state, however wild, gives a NaN or an infinity in the file") {
    std::mt19937 random(11);
    const auto wild = [&] {
      static const std::vector<double> edges{0, -1, 1, 0.5, 1e-300, 1e300, -1e300, 100, 273.15, 1e5, -40, 20, 35};
      return random() % 2 == 0 ? edges[random() % edges.size()]
                               : std::uniform_real_distribution<double>(-60, 120)(random);
    };
    const std::vector<std::tuple<std::string, std::string, Sets>> models{
        {"moist-air", "tdb_C,p_kPa,rh_pct", {}},
        {"moist-air", "tdb_C,p_kPa,twb_C", {}},
        {"moist-air", "tdb_C,p_kPa,tdp_C", {}},
        {"moist-air", "tdb_C,p_kPa,hum_ratio_g_kg", {}},
        {"chiller", "load_kW,T_eva_lvg_C,T_con_ent_C", {"chiller=doe2-centrifugal"}},
        {"tower", "T_drybulb_C,T_wetbulb_C,T_water_in_C,water_flow_ratio,air_flow_ratio,p_kPa,cycles_of_conc",
         small_tower},
        {"tower", "T_drybulb_C,RH_pct,T_water_in_C,water_flow_ratio,air_flow_ratio,p_kPa", small_tower},
        {"dry-cooler", "T_air_in_C,T_water_in_C,water_flow_ratio,air_flow_ratio", small_cooler}};
    for (const auto& [model, header, sets] : models) {
      std::string csv = header + "\n";
      const auto columns = std::count(header.begin(), header.end(), ',') + 1;
      for (int row = 0; row < 2000; ++row)
        for (auto i = columns; i > 0; --i) {
          double x = wild();
          if (header.find("ratio") != std::string::npos && random() % 2 == 0) x = std::abs(x) / 100;
          csv += fmt::format("{}{}", x, i == 1 ? "\n" : ",");
        }
      const ComponentResult result = evaluate(model, csv, sets);
      CAPTURE(model);
      std::size_t filled = 0;
      for (double v : result.values) {
        CHECK_FALSE(std::isinf(v));
        filled += std::isnan(v) ? 0 : 1;
      }
      CHECK(filled > 0);
      CHECK_FALSE(result.warnings.empty());
      const std::string text = written(result);
      CHECK(text.find("nan") == std::string::npos);
      CHECK(text.find("inf") == std::string::npos);
    }
  }

  TEST_CASE("unknown columns pass through, ours stand behind; a slip of the finger is pointed out") {
    const ComponentResult result = evaluate(
        "dry-cooler",
        "note,T_air_in_C,T_water_in_C,water_flow_ratio,air_flow_ratio,T_water_ou_C\n\"a, \"\"b\"\"\",20,40,1,1,\n",
        small_cooler);
    const std::string text = written(result);
    CHECK(
        text.starts_with("note,T_air_in_C,T_water_in_C,water_flow_ratio,air_flow_ratio,T_water_ou_C,sim_UA_W_K,"
                         "sim_effectiveness,sim_Q_W,sim_T_water_out_C,sim_T_air_out_C,sim_P_fan_W,sim_outside\n"
                         "\"a, \"\"b\"\"\",20,40,1,1,,"));
    REQUIRE(result.warnings.size() == 1);
    CHECK(result.warnings[0] == "the column 'T_water_ou_C' is passed on, not read; did you mean 'T_water_out_C'?");
  }

  TEST_CASE("--compare: the largest and the mean deviation, absolute and relative, over rows that have both") {
    const Folder folder;
    const ComponentResult result = evaluate(
        "chiller",
        "curve,load_W,T_eva_lvg_C,T_con_ent_C,power_kW,COP,Q_evap_W\nflat,50000,7,30,11,5,\nflat,100000,7,30,16,,\n"
        "flat,0,7,30,0,1,\nflat,50000,7,60,10,5,\n",
        {"curves=" + folder.file("curves.csv", flat_curves)}, true);
    REQUIRE(result.deviations.size() == 3);
    std::map<std::string, Deviation> by_name;
    for (const Deviation& d : result.deviations) by_name[d.column] = d;
    const Deviation& power = by_name.at("power_kW");  // ours: 10, 20, 0, none
    CHECK(power.rows == 3);
    CHECK(power.largest == doctest::Approx(4));
    CHECK(power.largest_line == 3);
    CHECK(power.mean == doctest::Approx(5.0 / 3));
    CHECK(power.relative_rows == 2);  // nothing is relative to zero
    CHECK(power.largest_relative == doctest::Approx(0.25));
    CHECK(power.mean_relative == doctest::Approx((1.0 / 11 + 0.25) / 2));
    CHECK(by_name.at("COP").rows == 1);
    CHECK(by_name.at("Q_evap_W").rows == 0);
    const std::string table = deviation_table(result.deviations);
    CHECK(std::count(table.begin(), table.end(), '\n') == 4);
    CHECK(holds(table, "Q_evap_W                   0           -     -           -          -          -\n"));
    CHECK(table.find("nan") == std::string::npos);
  }
}

namespace {

/// The file of the shared data, or nothing and a message by which the test counts as skipped.
std::string shared(const std::string& name) {
  const char* given = std::getenv("WATTERSHED_SHARED");
  const std::filesystem::path folder = given != nullptr
                                           ? std::filesystem::path(given)
                                           : std::filesystem::path(WATTERSHED_SOURCE_DIR) / ".." / "shared";
  const std::filesystem::path path = folder / "data" / name;
  if (std::filesystem::exists(path)) return path.string();
  MESSAGE("skipped: shared data absent");
  return {};
}

ComponentResult held(const std::string& model, const std::string& file, const Sets& sets, std::size_t rows) {
  ComponentResult result = evaluate_component(model, file, sets, Catalog(embedded_catalog()), true);
  CHECK(result.warnings.empty());
  CHECK(result.states.rows.size() == rows);
  MESSAGE(deviation_table(result.deviations));
  return result;
}

const Deviation& of(const ComponentResult& result, const std::string& column) {
  const auto at = std::find_if(result.deviations.begin(), result.deviations.end(),
                               [&](const Deviation& d) { return d.column == column; });
  CAPTURE(column);
  REQUIRE(at != result.deviations.end());
  CHECK(at->rows == result.states.rows.size());
  return *at;
}

}  // namespace

TEST_SUITE("evidence") {
  TEST_CASE("component moist-air over psychrometrics.csv: 1e-6, wet bulb and dew point 0.002 K") {
    const std::string file = shared("psychrometrics.csv");
    if (file.empty()) return;
    const ComponentResult result = held("moist-air", file, {}, 100);
    for (const char* column : {"hum_ratio_kgkg", "enthalpy_J_per_kg_da", "density_kg_m3", "spec_vol_m3_per_kg_da",
                               "p_ws_Pa", "p_v_Pa", "rh_frac"})
      CHECK(of(result, column).largest_relative < 1e-6);
    for (const char* column : {"twb_C", "tdp_C"}) CHECK(of(result, column).largest < 0.002);
  }

  TEST_CASE("component chiller over chiller_eir_points.csv: 1e-6, and the catalog's sets by their name") {
    const std::string file = shared("cooling/chiller_eir_points.csv");
    if (file.empty()) return;
    const ComponentResult result = held("chiller", file, {"curves=" + shared("cooling/chiller_eir_curves.csv")}, 200);
    CHECK(result.deviations.size() == 10);
    for (const Deviation& d : result.deviations) {
      CHECK(d.largest_relative < 1e-6);
      of(result, d.column);
    }
    // 200 draws over 159 sets: some of them are of the catalog.
    const ComponentResult ours = evaluate_component("chiller", file, {}, Catalog(embedded_catalog()), true);
    REQUIRE(ours.warnings.size() == 1);
    CHECK(ours.deviations.front().rows >= 5);
    for (const Deviation& d : ours.deviations) CHECK(d.largest_relative < 1e-6);
  }

  TEST_CASE("component tower over tower_merkel_energyplus.csv: 0.06 K, 1 % of heat, by constants and by name") {
    const std::string file = shared("cooling/tower_merkel_energyplus.csv");
    if (file.empty()) return;
    const Sets constants{"tower.water=1.09317 kg/s", "tower.air=0.561240 m3/s", "tower.fan=213.27113 W"};
    for (const Sets& sets :
         {constants, Sets{"tower=energyplus-25kw"}, Sets{"tower=energyplus-25kw", "pressure=98943 Pa"}}) {
      const ComponentResult result = held("tower", file, sets, 132);
      CHECK(of(result, "T_water_out_C").largest < 0.06);
      CHECK(of(result, "Q_W").largest_relative < 0.01);
      CHECK(of(result, "P_fan_W").largest_relative < 0.002);  // the ratio has four digits
    }
  }

  TEST_CASE("component tower over tower_merkel_water_points.csv: 0.1 %, below zero 1 %") {
    const std::string file = shared("cooling/tower_merkel_water_points.csv");
    if (file.empty()) return;
    const ComponentResult result = held("tower", file, {"tower.water=100 kg/s", "tower.air_mass=120 kg/s"}, 116);
    const std::size_t wet_bulb = *result.states.index_of("T_wetbulb_C");
    for (const char* column :
         {"Q_W", "evap_kg_s", "drift_kg_s", "blowdown_kg_s", "makeup_kg_s", "evap_kg_per_kWh_heat"}) {
      of(result, column);
      for (std::size_t row = 0; row < result.states.rows.size(); ++row) {
        const double theirs = result.states.number(row, *result.states.index_of(column));
        const double bound = result.states.number(row, wet_bulb) < 0 ? 1e-2 : 1e-3;
        CAPTURE(column);
        CHECK(std::abs(value(result, row, std::string("sim_") + column) - theirs) <= bound * std::abs(theirs));
      }
    }
    CHECK(of(result, "T_water_out_C").largest < 0.01);
    CHECK(of(result, "T_air_out_sat_C").largest < 0.01);
  }

  TEST_CASE("component dry-cooler over dry_cooler_points.csv: 0.1 %, by constants and by name") {
    const std::string file = shared("cooling/dry_cooler_points.csv");
    if (file.empty()) return;
    for (const Sets& sets : {Sets{"dry_cooler={water: 125.93365 kg/s, air: 364.18986 kg/s, fan: 117.68 kW}"},
                             Sets{"dry_cooler=bac-tdfs1238n"}}) {
      const ComponentResult result = held("dry-cooler", file, sets, 80);
      for (const char* column : {"UA_W_K", "effectiveness", "Q_W", "P_fan_W"})
        CHECK(of(result, column).largest_relative < 1e-3);
      for (const char* column : {"T_water_out_C", "T_air_out_C"}) CHECK(of(result, column).largest < 1e-3);
    }
  }
}
