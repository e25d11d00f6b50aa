#include "inject/step.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace distdiag::inject {
namespace {

// As a shell would need it, so that a person can paste the line.
std::string Word(const std::string& text) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-_./:=,@%+").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string Words(const std::vector<std::string>& texts) {
  std::string line;
  for (const std::string& text : texts) line += (line.empty() ? "" : " ") + Word(text);
  return line;
}

std::string Place(const std::string& machine) { return machine.empty() ? "the clients" : machine; }

std::string_view MayFail(bool may_fail) { return may_fail ? " (may fail)" : ""; }

struct Describer {
  std::string operator()(const ExecStep& step) const {
    return fmt::format("run: {}{}", Words(step.argv), MayFail(step.may_fail));
  }
  std::string operator()(const SpawnStep& step) const {
    return fmt::format("on {}, leave running in group {}: {}", Place(step.machine), step.group,
                       Words(step.argv));
  }
  std::string operator()(const KillStep& step) const {
    return fmt::format("on {}, kill all in group {}", Place(step.machine), step.group);
  }
  std::string operator()(const SqlStep& step) const {
    return fmt::format("on {}, SQL: {}{}", Place(step.machine), fmt::join(step.statements, "; "),
                       MayFail(step.may_fail));
  }
  std::string operator()(const WriteStep& step) const {
    return fmt::format("write {} into {}", Word(step.text), step.path);
  }
  std::string operator()(const ActionStep& step) const {
    const std::string arguments = Words(step.arguments);
    return fmt::format("on {}, do: {}{}{}", Place(step.machine), step.action,
                       arguments.empty() ? "" : " ", arguments);
  }
};

}  // namespace

std::string Describe(const Step& step) { return std::visit(Describer{}, step); }

}  // namespace distdiag::inject
