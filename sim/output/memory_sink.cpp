#include "sim/output/memory_sink.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/output/stored_value.hpp"

namespace wattershed {

namespace {

/// Rows of one column in the type that a run file has them in.
using Values = std::variant<std::vector<double>, std::vector<float>, std::vector<std::int64_t>,
                            std::vector<std::uint8_t>, std::vector<std::string>>;

Values values_for(const ColumnSpec& spec) {
  switch (spec.type) {
    case ColumnType::text:
      return std::vector<std::string>();
    case ColumnType::integer:
      return std::vector<std::int64_t>();
    case ColumnType::flags:
      return std::vector<std::uint8_t>();
    case ColumnType::real:
      break;
  }
  if (spec.single_precision) return std::vector<float>();
  return std::vector<double>();
}

void add_numbers(Values& to, std::span<const double> numbers) {
  if (auto* const reals = std::get_if<std::vector<double>>(&to)) {
    reals->insert(reals->end(), numbers.begin(), numbers.end());
  } else if (auto* const singles = std::get_if<std::vector<float>>(&to)) {
    for (const double number : numbers) singles->push_back(stored_single(number));
  } else if (auto* const integers = std::get_if<std::vector<std::int64_t>>(&to)) {
    for (const double number : numbers) integers->push_back(stored_integer(number));
  } else {
    auto& flags = std::get<std::vector<std::uint8_t>>(to);
    for (const double number : numbers) flags.push_back(stored_flag(number));
  }
}

/// The rows that were kept of a table.
struct KeptTable {
  const DeclaredTable* declared;
  bool kept;
  std::vector<Values> columns;
  std::size_t rows = 0;
};

struct Group {
  std::string path;
  std::vector<std::string> axes;
  std::vector<RunColumn> columns;
  std::vector<const Values*> values;  // of each column
  const KeptTable* table = nullptr;   // none: scalars
  const KeptTable* parent = nullptr;  // whose time it shares

  [[nodiscard]] std::size_t rows() const {
    if (table == nullptr) return 0;
    if (parent == nullptr) return table->rows;
    return table->columns.empty() ? parent->rows : std::min(table->rows, parent->rows);
  }
  void add(RunColumn column, const Values& of) {
    columns.push_back(std::move(column));
    values.push_back(&of);
  }
};

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

}  // namespace

class MemorySink::Run final : public RunSource {
 public:
  Run(RunAttributes attributes, std::string name) : attributes_(std::move(attributes)), name_(std::move(name)) {}

  void create(const std::deque<DeclaredTable>& tables, const std::vector<GroupAttribute>& attributes,
              const Keep& keep) {
    for (const DeclaredTable& each : tables) {
      const bool beside_kept = each.parent() < 0 || tables_[static_cast<std::size_t>(each.parent())].kept;
      KeptTable& table = tables_.emplace_back(KeptTable{&each, beside_kept && (!keep || keep(each)), {}});
      for (const DeclaredTable::Column& column : each.columns()) table.columns.push_back(values_for(column.spec));
      describe(table);
    }
    keep_attributes(attributes);
    arrange();
  }

  void store(std::size_t number, const Row& row) {
    KeptTable& table = tables_[number];
    if (!table.kept) return;
    std::span<const double> axis = row.axis, values = row.values;
    std::span<const std::string_view> texts = row.texts;
    const std::size_t axis_columns = table.declared->axis_columns().size();
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const DeclaredTable::Column& column = table.declared->columns()[c];
      const bool on_axis = c < axis_columns;
      if (column.is_text()) {
        auto& kept = std::get<std::vector<std::string>>(table.columns[c]);
        kept.push_back(stored_text(on_axis ? row.axis_text : texts.front()));
        if (!on_axis) texts = texts.subspan(1);
      } else {
        std::span<const double>& from = on_axis ? axis : values;
        add_numbers(table.columns[c], from.first(column.width));
        from = from.subspan(column.width);
      }
    }
    ++table.rows;
  }

  void close(bool complete, const std::vector<SummaryScalar>& scalars) {
    for (const SummaryScalar& each : scalars) add_scalar(each);
    arrange();
    complete_ = complete;
    closed_ = true;
  }

  /// What came to its end stands, as a file that was closed does.
  void clear() noexcept {
    if (closed_) return;
    groups_.clear();
    names_.clear();
    made_.clear();
    tables_.clear();
    constants_.clear();
    group_attributes_.clear();
  }

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] const RunAttributes& attributes() const override { return attributes_; }
  [[nodiscard]] bool complete() const override { return complete_; }
  [[nodiscard]] const std::vector<std::string>& groups() const override { return names_; }
  [[nodiscard]] const std::vector<RunColumn>& columns(const std::string& group) const override {
    return find(group).columns;
  }
  [[nodiscard]] std::vector<std::string> axes(const std::string& group) const override { return find(group).axes; }
  [[nodiscard]] std::size_t rows(const std::string& group) const override { return find(group).rows(); }

  [[nodiscard]] std::optional<std::string> group_text(const std::string& group,
                                                      const std::string& attribute) const override {
    if (group.empty())
      for (const auto& [name, value] : attributes_.more)
        if (name == attribute) return value;
    return attribute_of<std::string>(group, attribute);
  }
  [[nodiscard]] std::optional<double> group_number(const std::string& group,
                                                   const std::string& attribute) const override {
    return attribute_of<double>(group, attribute);
  }

 private:
  /// Axes that stand from the start (`rack`, `bound`) have a length of their own.
  template <class Value>
  [[nodiscard]] std::span<const Value> cut(const std::string& group, const RunColumn& column,
                                           const std::vector<Value>& values, std::size_t first,
                                           std::size_t count) const {
    if (column.is_scalar) return values;
    const Group& found = find(group);
    const bool in_rows = !column.is_scale || column.spec.name == found.axes.front();
    const std::size_t most = in_rows ? found.rows() : values.size();
    first = std::min(first, most);
    return std::span(values).subspan(first * column.width, std::min(count, most - first) * column.width);
  }

  [[nodiscard]] std::vector<double> read_numbers(const std::string& group, const RunColumn& column, std::size_t first,
                                                 std::size_t count) const override {
    const auto numbers = [&](const auto& values) -> std::vector<double> {
      if constexpr (std::is_same_v<decltype(values), const std::vector<std::string>&>) {
        return {};
      } else {
        const auto rows = cut(group, column, values, first, count);
        return {rows.begin(), rows.end()};
      }
    };
    return std::visit(numbers, values_of(group, column));
  }
  [[nodiscard]] std::vector<std::string> read_texts(const std::string& group, const RunColumn& column,
                                                    std::size_t first, std::size_t count) const override {
    const auto rows = cut(group, column, std::get<std::vector<std::string>>(values_of(group, column)), first, count);
    return {rows.begin(), rows.end()};
  }

  [[nodiscard]] const Values& values_of(const std::string& group, const RunColumn& column) const {
    const Group& found = find(group);
    return *found.values[static_cast<std::size_t>(&column - found.columns.data())];
  }

  [[nodiscard]] const Group& find(const std::string& path) const {
    for (const Group& each : groups_)
      if (each.path == path) return each;
    refuse_group(path);
  }

  template <class Value>
  [[nodiscard]] std::optional<Value> attribute_of(const std::string& group, const std::string& name) const {
    if (!group.empty() && std::find(made_.begin(), made_.end(), group) == made_.end()) refuse_group(group);
    for (const GroupAttribute& each : group_attributes_)
      if (each.group == group && each.name == name && std::holds_alternative<Value>(each.value))
        return std::get<Value>(each.value);
    return std::nullopt;
  }

  /// Those of the root are the run's too, as a file tells no difference.
  void keep_attributes(const std::vector<GroupAttribute>& attributes) {
    group_attributes_ = attributes;
    for (GroupAttribute& each : group_attributes_) {
      make(each.group);
      auto* const text = std::get_if<std::string>(&each.value);
      if (text == nullptr) continue;
      *text = stored_text(*text);
      if (each.group.empty()) attributes_.more.emplace_back(each.name, *text);
    }
    for (std::string* const text : {&attributes_.title, &attributes_.program_version, &attributes_.git_hash,
                                    &attributes_.time_zone, &attributes_.created, &attributes_.scenario})
      *text = stored_text(*text);
    for (auto& [name, value] : attributes_.more) value = stored_text(value);
  }

  /// Lists the datasets of a table in the order in which a run file has them.
  void describe(const KeptTable& table) {
    const DeclaredTable& declared = *table.declared;
    Group& group = groups_.emplace_back();
    make(group.path = declared.group());
    group.table = &table;
    if (declared.parent() >= 0) group.parent = &tables_[static_cast<std::size_t>(declared.parent())];
    const KeptTable& timed = group.parent == nullptr ? table : *group.parent;
    const std::span<const DeclaredTable::Column> axis = timed.declared->axis_columns();
    for (std::size_t c = 0; c < axis.size(); ++c) group.add(described(axis[c], c == 0), timed.columns[c]);
    if (timed.declared->axis() == DeclaredTable::Axis::time)
      group.add(described({bound_axis()}, true), constants_.emplace_back(std::vector<std::uint8_t>{0, 1}));
    if (const std::optional<FixedAxis>& second = declared.second()) {
      std::vector<std::string> labels;
      for (const std::string& label : second->labels) labels.push_back(stored_text(label));
      group.add(described({text_axis(second->name, second->long_name)}, true),
                constants_.emplace_back(std::move(labels)));
    }
    for (std::size_t c = declared.axis_columns().size(); c < declared.columns().size(); ++c)
      group.add(described(declared.columns()[c], false), table.columns[c]);
    group.axes = {declared.axis_name()};
    if (declared.second()) group.axes.push_back(declared.second()->name);
  }

  static RunColumn described(const DeclaredTable::Column& column, bool is_scale) {
    RunColumn described;
    described.spec = column.spec;
    described.width = column.width;
    described.over_two_axes = column.over_two_axes;
    described.is_scale = is_scale;
    return described;
  }

  void add_scalar(const SummaryScalar& scalar) {
    const std::string path = "summary/" + scalar.site;
    auto group = std::find_if(groups_.begin(), groups_.end(), [&](const Group& each) { return each.path == path; });
    if (group == groups_.end()) {
      make(path);
      group = groups_.insert(groups_.end(), Group{.path = path, .axes = {}, .columns = {}, .values = {}});
    }
    RunColumn column;
    column.is_scalar = true;
    column.spec.name = scalar.name;
    column.spec.units = scalar.units;
    column.spec.long_name = scalar.long_name;
    column.spec.cell_methods = "";
    Values value = std::vector<double>();
    if (const auto* const text = std::get_if<std::string>(&scalar.value)) {
      column.spec.type = ColumnType::text;
      value = std::vector<std::string>{stored_text(*text)};
    } else if (const auto* const integer = std::get_if<std::int64_t>(&scalar.value)) {
      column.spec.type = ColumnType::integer;
      value = std::vector<std::int64_t>{*integer};
    } else {
      value = std::vector<double>{std::get<double>(scalar.value)};
    }
    group->add(std::move(column), constants_.emplace_back(std::move(value)));
  }

  /// Notes a group and those above it, which are made first.
  void make(const std::string& path) {
    if (path.empty() || std::find(made_.begin(), made_.end(), path) != made_.end()) return;
    make(parent_of(path));
    made_.push_back(path);
  }

  /// Puts groups into the order of a walk: each before those below it, neighbours as they were made.
  void arrange() {
    std::vector<Group> arranged;
    names_.clear();
    const auto visit = [&](const auto& self, const std::string& path) -> void {
      for (Group& each : groups_) {
        if (each.path != path) continue;
        names_.push_back(path);
        arranged.push_back(std::move(each));
        break;
      }
      for (const std::string& below : made_)
        if (parent_of(below) == path) self(self, below);
    };
    visit(visit, "");
    groups_ = std::move(arranged);
  }

  RunAttributes attributes_;
  std::string name_;
  bool complete_ = false, closed_ = false;
  std::vector<std::string> made_;  // every group, with those that only hold others
  std::deque<KeptTable> tables_;   // groups refer to these and to the constants
  std::deque<Values> constants_;
  std::vector<Group> groups_;
  std::vector<std::string> names_;
  std::vector<GroupAttribute> group_attributes_;
};

MemorySink::MemorySink(RunAttributes attributes, std::string name, Keep keep)
    : run_(std::make_unique<Run>(std::move(attributes), std::move(name))), keep_(std::move(keep)) {}

MemorySink::~MemorySink() = default;

const RunSource& MemorySink::run() const { return *run_; }

void MemorySink::create() { run_->create(tables(), group_attributes(), keep_); }
void MemorySink::store(std::size_t table, const Row& row) { run_->store(table, row); }
void MemorySink::close(bool complete) { run_->close(complete, scalars()); }
void MemorySink::discard() noexcept { run_->clear(); }

}  // namespace wattershed
