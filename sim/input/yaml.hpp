/// From YAML text to a `Node` tree, strictly.
///
/// Accepts UTF-8 with or without a byte order mark, LF or CRLF, one document. Refuses, each with its place: syntax
/// errors, duplicate keys (both places), keys that are not plain words, `<<` merge keys, tags, control characters,
/// more than one document, nesting over 100 deep, aliases that contain themselves or expand to over 1,000,000 nodes,
/// lines over 1 MB and texts over 16 MB. Never crashes and never runs long, whatever it is given (tests/fuzz).
#pragma once

#include <memory>
#include <string>

#include "sim/input/node.hpp"
#include "sim/input/text_file.hpp"

namespace wattershed {

inline constexpr int deepest_yaml = 100;
inline constexpr std::size_t most_yaml_nodes = 1'000'000;
inline constexpr std::size_t longest_yaml = 16'000'000;  ///< [byte]
inline constexpr int longest_yaml_line = 1'000'000;      ///< [byte]; the parser looks ahead within a line

inline constexpr TextKind scenario_file{"scenario", longest_yaml};

/// The text without byte order mark, every line ending in LF; InputError for what is not UTF-8 text.
std::string clean_yaml_text(const SourceText& source);

/// The tree of `source.text`, after taking a byte order mark and CR off it; an empty text is a null node.
/// Throws InputError with every duplicate key and the like, or with the one syntax error.
Node parse_yaml(SourceText source);

}  // namespace wattershed
