// The command line of DistDiag.
#include "report.h"
#include "subcommands.h"

#include <functional>

#include <CLI/CLI.hpp>

namespace distdiag::app {
namespace {

using Action = std::function<int()>;

void AddServe(CLI::App& app, ServeArguments& arguments, Action& action) {
  CLI::App* command = app.add_subcommand(
      "serve", "Watch what the configuration names; dashboard and API until stopped");
  command->add_option("--config", arguments.config_path,
                      "YAML file (default: every setting at its default)");
  command->callback([&] { action = [&] { return RunServe(arguments); }; });
}

void AddDemo(CLI::App& app, DemoArguments& arguments, Action& action) {
  CLI::App* command =
      app.add_subcommand("demo", "Replay recorded real faults through the whole product");
  command->add_option("--data", arguments.directory, "folder of recordings")->capture_default_str();
  command->add_option("--model", arguments.model, "model that has not seen the replayed cases")
      ->capture_default_str();
  command
      ->add_option("--sequence", arguments.sequence,
                   "sequence model that has not seen the replayed cases")
      ->capture_default_str();
  command->add_option("--storage", arguments.storage, "folder of the database")
      ->capture_default_str();
  command->add_option("--web", arguments.web, "folder of the built web UI")->capture_default_str();
  command
      ->add_option("--speed", arguments.speed, "source seconds a second; 0 = as fast as possible")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1000.0));
  command->add_option("--ui-port", arguments.ui_port, "port of the dashboard; 0 = any free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  command->add_option("--api-port", arguments.api_port, "port of the API; 0 = any free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  command->add_option("--webhook", arguments.webhook,
                      "also send notifications to this http(s) address");
  command
      ->add_option("--seconds", arguments.seconds,
                   "stop after so many seconds; 0 = when interrupted")
      ->envname("DEMO_SECONDS")
      ->check(CLI::Range(0.0, 1e9));
  command->callback([&] { action = [&] { return RunDemo(arguments); }; });
}

void AddTrain(CLI::App& app, TrainArguments& arguments, Action& action) {
  CLI::App* command = app.add_subcommand(
      "train", "Train the classifier, or the sequence model, from labelled recordings");
  command->add_option("--data", arguments.data, "folder of recordings")->capture_default_str();
  command->add_option("--also", arguments.also,
                      "a second folder to learn from; the judgement in the manifest is of --data");
  command->add_option("--out", arguments.out, "file of the model artefact")->required();
  command->add_option("--without", arguments.without,
                      "ids of cases to leave out, separated by commas");
  command->add_flag("--sequence", arguments.sequence,
                    "the sequence model: what a node's metrics do next while nothing is wrong");
  command->callback([&] { action = [&] { return RunTrain(arguments); }; });
}

void AddBacktest(CLI::App& app, BacktestArguments& arguments, Action& action) {
  CLI::App* command = app.add_subcommand(
      "backtest", "What changed detectors would have done on recorded cases, incidents included");
  command->add_option("--change", arguments.change, "JSON file of detector definitions")
      ->required();
  command->add_option("--data", arguments.data, "folder of recordings")->capture_default_str();
  command->add_option("--model", arguments.model, "model artefact")->capture_default_str();
  command->callback([&] { action = [&] { return RunBacktest(arguments); }; });
}

void AddEval(CLI::App& app, EvalArguments& arguments, Action& action) {
  CLI::App* command = app.add_subcommand("eval", "Judge detection and diagnosis on labelled cases");
  command
      ->add_option("set", arguments.set,
                   "recorded cases: galera or oceanbase; a public data set: dbcatcher, dbpa or "
                   "dbsherlock; sequence = what the sequence detector flags, beside the recent one")
      ->required();
  command->add_option("--data", arguments.data, "folder of the cases to judge")->required();
  auto* train =
      command->add_option("--train", arguments.train,
                          "fit on this folder (default: cross-validation inside --data, by case)");
  auto* model = command->add_option("--model", arguments.model, "judge this model artefact only")
                    ->excludes(train);
  command
      ->add_option("--also", arguments.also,
                   "cross-validation: every round learns from this folder's cases too")
      ->excludes(train)
      ->excludes(model);
  command
      ->add_option("--json", arguments.json,
                   "one JSON object: into this file beside the tables, or alone on standard output")
      ->expected(0, 1);
  command->callback([&, command] {
    arguments.json_given = command->count("--json") > 0;
    action = [&] { return RunEval(arguments); };
  });
}

void AddBenchCollect(CLI::App& bench, BenchCollectArguments& arguments, Action& action) {
  CLI::App* command =
      bench.add_subcommand("collect", "CPU of watching live nodes, every 1 s and every 5 s");
  command->add_option("--config", arguments.config_path, "YAML file with source.kind: live")
      ->required();
  command->add_option("--seconds", arguments.seconds, "of each measurement")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 3600.0));
  command->callback([&] { action = [&] { return RunBenchCollect(arguments); }; });
}

void AddBench(CLI::App& app, BenchArguments& arguments, Action& action) {
  CLI::App* command = app.add_subcommand("bench", "Measure DistDiag itself");
  command->require_subcommand(1);
  CLI::App* diagnose = command->add_subcommand(
      "diagnose", "one full diagnosis of 3 x 130 and of 100 x 200 metrics: p50 and p99");
  diagnose->add_option("--repetitions", arguments.repetitions, "diagnoses measured")
      ->capture_default_str()
      ->check(CLI::Range(10, 1'000'000));
  diagnose->add_option("--model", arguments.model, "model artefact")->capture_default_str();
  diagnose->add_option("--sequence", arguments.sequence, "sequence model artefact")
      ->capture_default_str();
  diagnose->callback([&] { action = [&] { return RunBenchDiagnose(arguments); }; });
  AddBenchCollect(*command, arguments.collect, action);
}

void AddReplay(CLI::App& app, ReplayArguments& arguments, Action& action) {
  CLI::App* command = app.add_subcommand(
      "replay", "One recorded case through the diagnosis: what it says at every tick");
  command->add_option("--data", arguments.data, "folder of recordings")->capture_default_str();
  command->add_option("--case", arguments.case_id, "id of the case")->required();
  command->add_option("--model", arguments.model, "model artefact")->capture_default_str();
  command->add_option("--verdicts", arguments.verdicts,
                      "write to this file (default: standard output)");
  command->callback([&] { action = [&] { return RunReplay(arguments); }; });
}

void AddRecord(CLI::App& app, RecordArguments& arguments, Action& action) {
  CLI::App* command =
      app.add_subcommand("record", "Record live nodes as a case in the format of recordings/");
  command->add_option("--config", arguments.config_path, "YAML file with source.kind: live")
      ->required();
  command->add_option("--case", arguments.case_id, "id of the case")->required();
  command->add_option("--scenario", arguments.scenario, "its scenario")->capture_default_str();
  command->add_option("--out", arguments.out, "folder of recordings")->required();
  command->add_option("--seconds", arguments.seconds, "how long; Ctrl-C ends it earlier")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 86'400.0));
  command->callback([&] { action = [&] { return RunRecord(arguments); }; });
}

void AddCheckConfig(CLI::App& app, CheckConfigArguments& arguments, Action& action) {
  CLI::App* command = app.add_subcommand("check-config", "Check a configuration file");
  command->add_option("file", arguments.path, "YAML file");
  command->add_flag("--print-default", arguments.print_default,
                    "print the commented default configuration");
  command->add_flag("--print-schema", arguments.print_schema, "print the JSON Schema");
  command->callback([&] { action = [&] { return RunCheckConfig(arguments); }; });
}

void AddDrill(CLI::App& app, DrillArguments& arguments, Action& action) {
  CLI::App* command = app.add_subcommand(
      "drill",
      "Break a cluster on purpose and judge the diagnosis; exit status 1 when one did not pass");
  command->add_option("--server", arguments.server, "address of a running DistDiag")
      ->capture_default_str();
  auto* suite =
      command->add_option("--suite", arguments.suite, "drills one after the other: quick");
  command
      ->add_option(
          "--fault", arguments.faults,
          "kind:node:strength, as cpu:n2:high or surge; may be repeated: they begin together")
      ->excludes(suite);
  command->add_option("--seconds", arguments.seconds, "how long a fault lasts")
      ->capture_default_str()
      ->check(CLI::Range(5.0, 600.0));
  command->add_option("--json", arguments.json, "also write the scorecard to this file");
  command->add_option("--markdown", arguments.markdown, "also write the scorecard to this file");
  command->callback([&] { action = [&] { return RunDrill(arguments); }; });
}

void AddLabDirectory(CLI::App& command, std::string& directory) {
  command.add_option("--directory", directory, "folder of the lab")->capture_default_str();
}

void AddLabUp(CLI::App& lab, LabUpArguments& arguments, Action& action) {
  CLI::App* command = lab.add_subcommand("up", "Start machines, cluster and load");
  AddLabDirectory(*command, arguments.directory);
  command
      ->add_option("--name", arguments.name,
                   "begins all names of namespaces and control groups; at most 8 a-z, 0-9")
      ->capture_default_str();
  command
      ->add_option("--network", arguments.network,
                   "first three numbers of the addresses, inside the lab only")
      ->capture_default_str();
  command
      ->add_option("--database", arguments.database,
                   "galera: one cluster of MariaDB; oceanbase: each node an OceanBase of its own")
      ->capture_default_str();
  command->add_option("--nodes", arguments.nodes, "database nodes")
      ->capture_default_str()
      ->check(CLI::Range(1, 9));
  command->add_flag("--no-load", arguments.no_load, "neither data nor terminals");
  command->add_flag("--fresh", arguments.fresh, "make the data anew, not from the kept template");
  command->callback([&] { action = [&] { return RunLabUp(arguments); }; });
}

void AddLabDown(CLI::App& lab, LabDownArguments& arguments, Action& action) {
  CLI::App* command =
      lab.add_subcommand("down", "Remove everything of the lab, also after a killed start");
  AddLabDirectory(*command, arguments.directory);
  command->add_option("--name", arguments.name, "name of a lab whose folder is gone");
  command->callback([&] { action = [&] { return RunLabDown(arguments); }; });
}

void AddLabLoad(CLI::App& lab, LabLoadArguments& arguments, Action& action) {
  CLI::App* command =
      lab.add_subcommand("load", "The terminals of one node, until stopped (started by keep)");
  AddLabDirectory(*command, arguments.directory);
  const auto add = [&](const char* name, auto& value, const char* help) {
    return command->add_option(name, value, help)->capture_default_str();
  };
  add("--node", arguments.node, "n1, n2, …")->required();
  add("--network", arguments.network, "first three numbers of the lab's addresses");
  add("--address", arguments.address, "of the database, instead of the node's in the network");
  add("--port", arguments.port, "of the database")->check(CLI::Range(1, 65535));
  add("--workload", arguments.workload, "tpcc, or oltp: single statements by primary key")
      ->check(CLI::IsMember({"tpcc", "oltp"}));
  add("--terminals", arguments.terminals, "terminals, one connection each")
      ->check(CLI::Range(0, 1000));
  add("--think-ms", arguments.think_ms, "mean pause between a terminal's transactions")
      ->check(CLI::Range(0.0, 1e6));
  command->add_flag("--fixed-think", arguments.fixed_think,
                    "pauses all of the same length (default: negative exponential)");
  add("--rate", arguments.rate, "transactions per second, instead of pauses")
      ->check(CLI::Range(0.0, 1e5));
  add("--ramp", arguments.ramp, "FROM:TO:SECONDS: terminals rise or fall, instead of --terminals");
  add("--day-curve", arguments.day_curve,
      "seconds of a day in which the pace swings between 0.4 and 1.0")
      ->check(CLI::Range(0.0, 1e6));
  add("--seconds", arguments.seconds, "stop after so many seconds; 0 = when interrupted")
      ->check(CLI::Range(0.0, 1e9));
  add("--report", arguments.report,
      "file written each second (default: <run>/n1.clients.prom), none");
  add("--warehouses", arguments.warehouses, "of the data")->check(CLI::Range(1, 10000));
  add("--home", arguments.home, "home warehouse; 0 = by the node's number");
  add("--seed", arguments.seed, "of all random choices; 0 = the node's number");
  command->callback([&] { action = [&] { return RunLabLoad(arguments); }; });
}

void AddSqlWorker(CLI::App& worker, const char* kind, const char* what,
                  LabWorkerArguments& arguments, Action& action) {
  CLI::App* command = worker.add_subcommand(kind, what);
  command->add_option("--address", arguments.address, "of the node")->required();
  command->add_option("--home", arguments.home, "home warehouse of the node")
      ->check(CLI::Range(1, 1000));
  command->add_option("--number", arguments.number, "of this worker")->check(CLI::Range(0, 1000));
  command->callback([&action, &arguments, kind] {
    arguments.kind = kind;
    action = [&arguments] { return RunLabWorker(arguments); };
  });
}

void AddLabWorker(CLI::App& lab, LabWorkerArguments& arguments, Action& action) {
  CLI::App* worker = lab.add_subcommand("worker", "What faults leave running");
  worker->group("");  // for faults only: not in the help
  worker->require_subcommand(1);
  AddSqlWorker(*worker, "lock", "holds rows of its home warehouse", arguments, action);
  AddSqlWorker(*worker, "slowsql", "scans order_line", arguments, action);
  AddSqlWorker(*worker, "fclock", "locks tables as a backup does", arguments, action);
  AddSqlWorker(*worker, "compaction", "orders freezes and compactions", arguments, action);
  CLI::App* stall = worker->add_subcommand("stall", "stops a server again and again");
  AddLabDirectory(*stall, arguments.directory);
  stall->add_option("--node", arguments.node, "of the server")->required();
  CLI::App* relay = worker->add_subcommand("delay-relay", "delays the packets of a link");
  relay->add_option("--port", arguments.port, "the node's end")->required();
  relay->add_option("--tap", arguments.tap, "interface to make")->required();
  relay->add_option("--bridge", arguments.bridge, "what the tap joins")->required();
  relay->add_option("--delay-ms", arguments.delay_ms, "each way")
      ->required()
      ->check(CLI::Range(0.0, 10'000.0));
  for (CLI::App* command : {stall, relay}) {
    command->callback([&action, &arguments, command] {
      arguments.kind = command->get_name();
      action = [&arguments] { return RunLabWorker(arguments); };
    });
  }
}

void AddLabCampaign(CLI::App& lab, LabCampaignArguments& arguments, Action& action) {
  CLI::App* command =
      lab.add_subcommand("campaign", "Record labelled cases: faults made one after the other");
  command->add_option("plan", arguments.plan, "YAML file, for example lab/plans/scenarios.yaml")
      ->required();
  AddLabDirectory(*command, arguments.directory);
  command->add_option("--out", arguments.out, "folder of recordings")->required();
  command->add_flag("--resume", arguments.resume, "leave out the cases that are there already");
  command->add_option(
      "--verdicts", arguments.verdicts,
      "also diagnose each case live; what was said in the last one goes to this file");
  command->add_option("--model", arguments.model, "model artefact for --verdicts")
      ->capture_default_str();
  command->callback([&] { action = [&] { return RunLabCampaign(arguments); }; });
}

void AddLab(CLI::App& app, LabArguments& arguments, Action& action) {
  CLI::App* command =
      app.add_subcommand("lab", "A real database cluster on this machine, to watch and to break");
  command->require_subcommand(1);
  AddLabUp(*command, arguments.up, action);
  AddLabDown(*command, arguments.down, action);
  CLI::App* status =
      command->add_subcommand("status", "How the lab is doing; exit status 0 only if all is well");
  AddLabDirectory(*status, arguments.status.directory);
  status->callback([&] { action = [&] { return RunLabStatus(arguments.status); }; });
  AddLabLoad(*command, arguments.load, action);
  CLI::App* keep = command->add_subcommand(
      "keep", "Keep terminals running and end overdue faults (started by up)");
  AddLabDirectory(*keep, arguments.keep.directory);
  keep->callback([&] { action = [&] { return RunLabKeep(arguments.keep); }; });
  AddLabWorker(*command, arguments.worker, action);
  AddLabCampaign(*command, arguments.campaign, action);
}

CLI::App* AddInjectVerb(CLI::App& inject, const char* name, const char* what, InjectVerb verb,
                        InjectArguments& arguments, Action& action) {
  CLI::App* command = inject.add_subcommand(name, what);
  AddLabDirectory(*command, arguments.directory);
  command->callback([&action, &arguments, verb] {
    arguments.verb = verb;
    action = [&arguments] { return RunInject(arguments); };
  });
  return command;
}

void AddInject(CLI::App& app, InjectArguments& arguments, Action& action) {
  CLI::App* command = app.add_subcommand("inject", "Break the lab on purpose, and undo it");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, InjectVerb verb) {
    return AddInjectVerb(*command, name, what, verb, arguments, action);
  };
  add("list", "Kinds of faults, and those at work", InjectVerb::kList);
  CLI::App* plan = add("plan", "What would be done, step by step", InjectVerb::kPlan);
  CLI::App* run = add("run", "One fault, undone at its end or at Ctrl-C", InjectVerb::kRun);
  add("undo-all", "Undo every fault that is left", InjectVerb::kUndoAll);
  for (CLI::App* one : {plan, run}) {
    one->add_option("--kind", arguments.kind, "as `inject list` names it")->required();
    one->add_option("--node", arguments.node, "node; none for a kind of the whole cluster");
    auto* strength = one->add_option("--strength", arguments.strength, "low, medium or high")
                         ->capture_default_str();
    one->add_option("--number", arguments.number, "the exact number instead")->excludes(strength);
    one->add_option("--seconds", arguments.seconds, "how long")->capture_default_str();
  }
  run->add_flag("--dry-run", arguments.dry_run, "only print the plan");
}

int Main(int argc, char** argv) {
  CLI::App app(
      "DistDiag watches a distributed database and says which node has which problem, and why");
  app.set_version_flag("--version", "distdiag " DISTDIAG_VERSION);
  app.require_subcommand(1);
  Action action;
  ServeArguments serve;
  DemoArguments demo;
  TrainArguments train;
  EvalArguments eval;
  BacktestArguments backtest;
  BenchArguments bench;
  DrillArguments drill;
  LabArguments lab;
  InjectArguments inject;
  ReplayArguments replay;
  RecordArguments record;
  CheckConfigArguments check_config;
  AddServe(app, serve, action);
  AddDemo(app, demo, action);
  AddTrain(app, train, action);
  AddEval(app, eval, action);
  AddBacktest(app, backtest, action);
  AddBench(app, bench, action);
  AddDrill(app, drill, action);
  AddLab(app, lab, action);
  AddInject(app, inject, action);
  AddReplay(app, replay, action);
  AddRecord(app, record, action);
  AddCheckConfig(app, check_config, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kCannotRun;
  }
  return action();
}

}  // namespace
}  // namespace distdiag::app

int main(int argc, char** argv) { return distdiag::app::Main(argc, argv); }
