#include "collect/tick_assembler.h"

#include <algorithm>
#include <utility>

namespace distdiag::collect {
namespace {

void HandOver(domain::NodeIndex node, DatabaseFacts facts, SourceTick& tick) {
  if (facts.statements) tick.statements.push_back({node, std::move(*facts.statements)});
  if (!facts.tenants.empty()) tick.tenants.push_back({node, std::move(facts.tenants)});
  if (facts.structure) tick.structures.push_back(std::move(facts.structure));
}

}  // namespace

TickAssembler::TickAssembler(std::size_t node_count, std::vector<ProbePlace> probes,
                             base::Duration interval)
    : node_count_(node_count), interval_(interval) {
  for (ProbePlace& place : probes)
    probes_.push_back(
        {.place = std::move(place), .fresh = {}, .failure = {}, .limits = {}, .role = {}});
}

void TickAssembler::Deliver(std::size_t probe, base::Result<ProbeReading> outcome,
                            base::Timestamp now) {
  State& state = probes_[probe];
  const auto trouble = [&](std::string message, bool is_limit, base::Timestamp since) {
    return ProbeTrouble{.node = state.place.node,
                        .probe = state.place.kind,
                        .message = std::move(message),
                        .is_limit = is_limit,
                        .since = since};
  };
  if (!outcome) {
    const base::Timestamp since = state.failure ? state.failure->since : now;
    state.failure = trouble(outcome.error().message(), false, since);
    return;
  }
  state.failure.reset();
  std::vector<ProbeTrouble> limits;
  for (std::string& text : outcome->limits) {
    const auto known = std::find_if(state.limits.begin(), state.limits.end(),
                                    [&](const ProbeTrouble& one) { return one.message == text; });
    const base::Timestamp since = known == state.limits.end() ? now : known->since;
    limits.push_back(trouble(std::move(text), true, since));
  }
  state.limits = std::move(limits);
  changes_.insert(changes_.end(), std::make_move_iterator(outcome->changes.begin()),
                  std::make_move_iterator(outcome->changes.end()));
  if (outcome->facts.role) state.role = *outcome->facts.role;
  if (state.fresh) {
    ++shed_;
    // What was asked for once is not asked again soon: only the values are replaced.
    DatabaseFacts facts = std::move(state.fresh->facts);
    facts.Take(std::move(outcome->facts));
    outcome->facts = std::move(facts);
  }
  state.fresh = std::move(*outcome);
}

SourceTick TickAssembler::Assemble(base::Timestamp time) {
  SourceTick tick;
  tick.samples.time = time;
  for (std::size_t n = 0; n < node_count_; ++n) {
    tick.samples.nodes.push_back({.node = domain::NodeIndex(static_cast<std::uint32_t>(n)),
                                  .answered = false,
                                  .values = {}});
  }
  for (State& state : probes_) {
    if (state.failure) tick.troubles.push_back(*state.failure);
    tick.troubles.insert(tick.troubles.end(), state.limits.begin(), state.limits.end());
    if (!state.fresh || state.fresh->time > time) continue;
    ProbeReading reading = std::move(*state.fresh);
    state.fresh.reset();
    HandOver(state.place.node, std::move(reading.facts), tick);
    if (time - reading.time >= interval_ + interval_ / 4) {
      ++shed_;
      continue;
    }
    domain::NodeSamples& node = tick.samples.nodes[domain::Index(state.place.node)];
    node.answered = node.answered || !reading.values.empty();
    if (state.role != domain::NodeRole::kUnknown) node.role = state.role;
    node.values.insert(node.values.end(), reading.values.begin(), reading.values.end());
  }
  std::stable_sort(tick.structures.begin(), tick.structures.end(),
                   [](const auto& a, const auto& b) { return a->time < b->time; });
  tick.changes = std::exchange(changes_, {});
  std::stable_sort(
      tick.changes.begin(), tick.changes.end(),
      [](const domain::ChangeEvent& a, const domain::ChangeEvent& b) { return a.time < b.time; });
  return tick;
}

}  // namespace distdiag::collect
