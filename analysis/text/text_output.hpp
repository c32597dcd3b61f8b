/// A text file that appears when it is whole: written as `.part` beside it, then renamed.
///
/// Nothing is opened before the first piece, so that refused input leaves an older file alone. A pipe or a terminal
/// is written in place. An older file is replaced where it is such a table too: where its first line begins with the same
/// field. What else may stand there is refused (output_place.hpp), in the place of the `.part` as well.
/// Errors  InputError when it cannot be opened or is somebody else's, std::runtime_error when it cannot be written whole
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace wattershed {

/// Takes a text piece by piece.
using TextWriter = std::function<void(std::string_view)>;

/// What `fill` writes, as the file `name`; without a name it goes to `standard_output` instead.
void write_text(const std::string& name, const TextWriter& standard_output,
                const std::function<void(const TextWriter&)>& fill);
/// A text that is there already; without a name, nothing.
void write_text(const std::string& name, std::string_view text);

/// Throws InputError when `output` is the very file that is read; `what` calls it ("the run file").
void refuse_same_file(const std::string& input, const std::string& output, std::string_view what);

}  // namespace wattershed
