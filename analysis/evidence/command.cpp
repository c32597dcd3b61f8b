#include "analysis/evidence/command.hpp"

#include "analysis/evidence/evidence.hpp"

namespace wattershed {
namespace {

Outcome evidence(const Arguments& arguments, const Session& session) {
  const std::vector<EvidenceRow> rows =
      run_all_evidence(evidence_files(arguments.list("NAME"), session.program_folder), session.catalog);
  Outcome outcome;
  outcome.say(evidence_table(rows));
  if (!evidence_holds(rows)) outcome.status = Status::does_not_hold;
  return outcome;
}

}  // namespace

Command evidence_command() {
  return {"evidence",
          "published numbers against simulated ones",
          {{.names = "NAME", .help = "scenarios; default: all of scenarios/evidence", .kind = OptionKind::list}},
          evidence};
}

}  // namespace wattershed
