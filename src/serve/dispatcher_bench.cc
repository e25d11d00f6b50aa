// Requests without a socket, and events to many listeners.
#include "serve/dispatcher.h"
#include "serve/test_fixture.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

namespace distdiag::serve {
namespace {

class World final : public ServeWorld {
 public:
  World() {
    FillFeed();
    FillStore();
  }
  Response Answer(std::string_view target, std::string_view accept_encoding = "") {
    Request request;
    request.target = target;
    request.host = "localhost:18000";
    request.accept_encoding = accept_encoding;
    return dispatcher_.Handle(request);
  }

 private:
  Dispatcher dispatcher_{ServerOptions{}, Deps()};
};

void Measure(benchmark::State& state, std::string_view target,
             std::string_view accept_encoding = "") {
  World world;
  if (world.Answer(target, accept_encoding).status != 200) state.SkipWithError("no answer");
  for (auto _ : state) {
    Response response = world.Answer(target, accept_encoding);
    benchmark::DoNotOptimize(response);
  }
}

void BM_Healthz(benchmark::State& state) { Measure(state, "/healthz"); }
void BM_Clusters(benchmark::State& state) { Measure(state, "/api/v1/clusters"); }
void BM_Incident(benchmark::State& state) { Measure(state, "/api/v1/incidents/1"); }
void BM_IncidentList(benchmark::State& state) { Measure(state, "/api/v1/incidents"); }
void BM_MetricsCatalogue(benchmark::State& state) { Measure(state, "/api/v1/metrics"); }
void BM_MetricsCatalogueGzip(benchmark::State& state) { Measure(state, "/api/v1/metrics", "gzip"); }
BENCHMARK(BM_Healthz);
BENCHMARK(BM_Clusters);
BENCHMARK(BM_Incident);
BENCHMARK(BM_IncidentList);
BENCHMARK(BM_MetricsCatalogue);
BENCHMARK(BM_MetricsCatalogueGzip);

void BM_PublishToListeners(benchmark::State& state) {
  base::SelfMetrics metrics;
  SseHub hub({.max_clients = 1000}, 1, metrics);
  std::vector<std::unique_ptr<SseSubscription>> listeners;
  for (int i = 0; i < state.range(0); ++i)
    listeners.push_back(std::move(hub.Subscribe("", [] {})).value());
  const std::string data(4000, 'x');
  for (auto _ : state) {
    hub.Publish("cluster", data);
    for (const auto& listener : listeners) benchmark::DoNotOptimize(listener->Take());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_PublishToListeners)->Arg(1)->Arg(100)->Arg(1000);

}  // namespace
}  // namespace distdiag::serve
