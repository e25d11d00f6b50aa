// The subcommands of `distdiag`, one file each. A command returns its exit status: 0 = done, 1 = done, but what was tried did
// not pass, 2 = it could not run (one line on standard error says why).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace distdiag::app {

inline constexpr int kDone = 0;
inline constexpr int kNotPassed = 1;
inline constexpr int kCannotRun = 2;

struct ServeArguments {
  std::optional<std::string> config_path;  // absent = defaults
};
int RunServe(const ServeArguments& arguments);

struct DemoArguments {
  std::string directory = "recordings";
  std::string model = "models/galera-demo/model.json";
  std::string sequence = "models/galera-demo/sequence.json";
  std::string storage = "data/demo";
  std::string web = "web/dist";
  double speed = 5;
  int ui_port = 13000;
  int api_port = 18000;
  std::string webhook;  // empty = log channel only
  double seconds = 0;   // stop by itself after so many seconds; 0 = go on until interrupted
};
int RunDemo(const DemoArguments& arguments);

struct TrainArguments {
  std::string data = "recordings";
  std::optional<std::string> also;  // a second folder
  std::string out;
  bool sequence = false;
  std::string without;  // ids of cases to leave out, separated by commas
};
int RunTrain(const TrainArguments& arguments);

struct EvalArguments {
  std::string set;
  std::string data;
  std::optional<std::string> train;
  std::optional<std::string> model;
  std::optional<std::string> also;
  bool json_given = false;
  std::string json;  // file of the JSON; given without a file = standard output instead of tables
};
int RunEval(const EvalArguments& arguments);

struct BacktestArguments {
  std::string change;  // file of detector definitions
  std::string data = "recordings";
  std::string model = "models/galera/model.json";
};
int RunBacktest(const BacktestArguments& arguments);

struct BenchCollectArguments {
  std::string config_path;
  double seconds = 30;
};
int RunBenchCollect(const BenchCollectArguments& arguments);

struct BenchArguments {
  int repetitions = 500;
  std::string model = "models/galera/model.json";
  std::string sequence = "models/galera/sequence.json";
  BenchCollectArguments collect;
};
int RunBenchDiagnose(const BenchArguments& arguments);

struct DrillArguments {
  std::string server = "http://127.0.0.1:18000";
  std::string suite;                // either a suite …
  std::vector<std::string> faults;  // … or faults that begin together: "cpu:n2:high"
  double seconds = 40;
  std::string json;      // file of the scorecard; empty = none
  std::string markdown;  // the same
};
int RunDrill(const DrillArguments& arguments);

inline constexpr const char* kLabDirectory = "/var/tmp/distdiag-lab";

struct LabUpArguments {
  std::string directory = kLabDirectory;
  std::string name = "ddlab";
  std::string network = "10.77.0";
  std::string database = "galera";
  int nodes = 3;
  bool no_load = false;
  bool fresh = false;
};
int RunLabUp(const LabUpArguments& arguments);

struct LabDownArguments {
  std::string directory = kLabDirectory;
  std::string name;  // of a lab whose folder is gone; empty = as the folder says
};
int RunLabDown(const LabDownArguments& arguments);

struct LabStatusArguments {
  std::string directory = kLabDirectory;
};
int RunLabStatus(const LabStatusArguments& arguments);

struct LabKeepArguments {
  std::string directory = kLabDirectory;
};
int RunLabKeep(const LabKeepArguments& arguments);

struct LabLoadArguments {
  std::string directory = kLabDirectory;
  std::string node;
  std::string network = "10.77.0";
  std::string address;  // empty = the node's in the lab's network
  int port = 3306;
  std::string workload = "tpcc";
  int terminals = 8;
  double think_ms = 250;
  bool fixed_think = false;
  double rate = 0;       // transactions per second of all terminals; 0 = by think time
  std::string ramp;      // FROM:TO:SECONDS; empty = none
  double day_curve = 0;  // seconds of a day; 0 = none
  double seconds = 0;    // 0 = until interrupted
  std::string report;    // empty = the node's file below the folder, "none" = no report
  int warehouses = 3;
  int home = 0;            // 0 = by the node's number
  std::uint64_t seed = 0;  // 0 = by the node's number
};
int RunLabLoad(const LabLoadArguments& arguments);

// A program that a fault leaves running; only faults call it.
struct LabWorkerArguments {
  std::string kind;  // "lock" "slowsql" "fclock" "compaction" "stall" "delay-relay"
  std::string address;
  int home = 1;
  int number = 0;
  std::string directory = kLabDirectory;
  std::string node;
  std::string port, tap, bridge;
  double delay_ms = 0;
};
int RunLabWorker(const LabWorkerArguments& arguments);

// One struct for all of `distdiag lab`.
struct LabCampaignArguments {
  std::string plan;
  std::string directory = "/var/tmp/distdiag-lab";
  std::string out;
  std::string model = "models/galera/model.json";
  std::string
      verdicts;  // file for what is diagnosed live in the last case; empty = nothing is diagnosed
  bool resume = false;
};
int RunLabCampaign(const LabCampaignArguments& arguments);

struct LabArguments {
  LabUpArguments up;
  LabDownArguments down;
  LabStatusArguments status;
  LabKeepArguments keep;
  LabLoadArguments load;
  LabWorkerArguments worker;
  LabCampaignArguments campaign;
};

enum class InjectVerb { kList, kPlan, kRun, kUndoAll };
struct InjectArguments {
  InjectVerb verb = InjectVerb::kList;
  std::string directory = kLabDirectory;
  std::string kind, node;
  std::string strength = "medium";
  std::optional<double> number;  // instead of a strength
  double seconds = 40;
  bool dry_run = false;
};
int RunInject(const InjectArguments& arguments);

struct ReplayArguments {
  std::string data = "recordings";
  std::string case_id;
  std::string model = "models/galera/model.json";
  std::string verdicts;  // file; empty = standard output
};
int RunReplay(const ReplayArguments& arguments);

struct RecordArguments {
  std::string config_path;
  std::string case_id;
  std::string scenario = "own";
  std::string out;
  double seconds = 60;
};
int RunRecord(const RecordArguments& arguments);

struct CheckConfigArguments {
  std::string path;
  bool print_default = false;
  bool print_schema = false;
};
int RunCheckConfig(const CheckConfigArguments& arguments);

}  // namespace distdiag::app
