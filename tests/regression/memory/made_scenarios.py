#!/usr/bin/python3
"""Scenarios too large to keep: written by `made_scenarios.py MAKER N`, or by the tests of memory.

  sites N   N sites with weather, a plant, a training, a service and batch jobs each
  kinds N   one site with N kinds of racks, one rack of each
  racks N   one site with N racks, each of them recorded
"""
import sys

CITIES = ["phoenix", "dublin", "des-moines", "san-francisco"]
POWER = "electrical: {pdu: pdu-480v, ups: {use: double-conversion-modern, rating: 2.5 MW}, transformer: dry-2500kva}"


def sites(count):
    lines = ["title: many sites", "start: 2027-07-01", "duration: 2 days", "record: {every: 15 min}", "sites:"]
    for i in range(count):
        lines += [f"  site_{i}:",
                  f"    weather: {{climate: {CITIES[i % len(CITIES)]}}}",
                  "    grid: {region: US, connection: 3 MW, tariff: {energy: 0.06 USD/kWh, demand: 12 USD/kW/month}}",
                  f"    {POWER}",
                  "    cooling: {system: {use: air-chiller-tower}}",
                  f"    racks: {{dgx: {{use: rack-dgx-h100, count: {16 + i % 17}}}}}",
                  "    workload:",
                  "      training: {base: {llm: llama-3-8b, tokens: 15e+12, accelerators: 256, mfu: 40 %}}",
                  "      inference: {chat: {llm: llama-3-8b, replicas: {min: 1, max: 16}, requests: {rate: 5 /s, daily_swing: 50 %}}}",
                  "      fixed: {batch: {accelerators: 8, duration: 2 h, utilisation: 70 %, every: 3 h}}"]
    return "\n".join(lines) + "\n"


def one_site(title, days, record, racks):
    return f"""title: {title}
start: 2027-01-01
duration: {days} days
record: {record}
site:
  name: hall
  grid: {{region: US}}
  {POWER}
  cooling: {{system: {{use: fixed-overhead, overhead: 20 %}}}}
  racks: {racks}
workload:
  fixed: {{job: {{accelerators: 8, duration: 5 h, utilisation: 80 %, every: 6 h}}}}
"""


def kinds(count):
    racks = "".join(f"\n    kind_{i}: {{use: rack-dgx-h100, count: 1}}" for i in range(count))
    return one_site("many kinds of racks", 1, "{every: 15 min}", racks)


def racks(count):
    text = one_site("many racks", 120, "{every: 15 min, racks: true}", f"{{dgx: {{use: rack-dgx-h100, count: {count}}}}}")
    return text.replace("accelerators: 8,", f"accelerators: {8 * count},")


MAKERS = {"sites": sites, "kinds": kinds, "racks": racks}

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in MAKERS:
        sys.exit(__doc__)
    sys.stdout.write(MAKERS[sys.argv[1]](int(sys.argv[2])))
