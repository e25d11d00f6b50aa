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
  CLI::App* command = app.add_subcommand("train", "Train the classifier from labelled recordings");
  command->add_option("--data", arguments.data, "folder of recordings")->capture_default_str();
  command->add_option("--out", arguments.out, "file of the model artefact")->required();
  command->add_option("--without", arguments.without,
                      "ids of cases to leave out, separated by commas");
  command->callback([&] { action = [&] { return RunTrain(arguments); }; });
}

void AddEval(CLI::App& app, EvalArguments& arguments, Action& action) {
  CLI::App* command = app.add_subcommand("eval", "Judge detection and diagnosis on labelled cases");
  command->add_option("set", arguments.set, "kind of data: galera")->required();
  command->add_option("--data", arguments.data, "folder of the cases to judge")->required();
  auto* train =
      command->add_option("--train", arguments.train,
                          "fit on this folder (default: cross-validation inside --data, by case)");
  command->add_option("--model", arguments.model, "judge this model artefact only")
      ->excludes(train);
  command->add_flag("--json", arguments.json, "one JSON object instead of tables");
  command->callback([&] { action = [&] { return RunEval(arguments); }; });
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
  diagnose->callback([&] { action = [&] { return RunBenchDiagnose(arguments); }; });
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
  CLI::App* keep = command->add_subcommand(
      "keep", "Keep terminals running and end overdue faults (started by up)");
  AddLabDirectory(*keep, arguments.keep.directory);
  keep->callback([&] { action = [&] { return RunLabKeep(arguments.keep); }; });
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
  BenchArguments bench;
  DrillArguments drill;
  LabArguments lab;
  CheckConfigArguments check_config;
  AddServe(app, serve, action);
  AddDemo(app, demo, action);
  AddTrain(app, train, action);
  AddEval(app, eval, action);
  AddBench(app, bench, action);
  AddDrill(app, drill, action);
  AddLab(app, lab, action);
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
