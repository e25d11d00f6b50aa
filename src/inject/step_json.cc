#include "inject/step_json.h"

#include <utility>

namespace distdiag::inject {
namespace {

void WriteTexts(base::JsonWriter& json, std::string_view key,
                const std::vector<std::string>& texts) {
  json.Key(key).BeginArray();
  for (const std::string& text : texts) json.Value(text);
  json.EndArray();
}

// One overload a type of step; each type's "do" is read again by ReadStep.
struct StepWriter {
  base::JsonWriter& json;

  void operator()(const ExecStep& step) const {
    json.Field("do", "exec");
    WriteTexts(json, "argv", step.argv);
    json.Field("may_fail", step.may_fail);
  }
  void operator()(const SpawnStep& step) const {
    json.Field("do", "spawn").Field("machine", step.machine).Field("group", step.group);
    WriteTexts(json, "argv", step.argv);
  }
  void operator()(const KillStep& step) const {
    json.Field("do", "kill").Field("machine", step.machine).Field("group", step.group);
  }
  void operator()(const SqlStep& step) const {
    json.Field("do", "sql").Field("machine", step.machine);
    WriteTexts(json, "statements", step.statements);
    json.Field("may_fail", step.may_fail);
  }
  void operator()(const WriteStep& step) const {
    json.Field("do", "write").Field("path", step.path).Field("text", step.text);
  }
  void operator()(const ActionStep& step) const {
    json.Field("do", "action").Field("action", step.action).Field("machine", step.machine);
    WriteTexts(json, "arguments", step.arguments);
  }
};

void WriteSteps(base::JsonWriter& json, std::string_view key, const std::vector<Step>& steps) {
  json.Key(key).BeginArray();
  for (const Step& step : steps) {
    json.BeginObject();
    std::visit(StepWriter{json}, step);
    json.EndObject();
  }
  json.EndArray();
}

base::Result<std::vector<std::string>> ReadArgv(const base::JsonObject& object) {
  ASSIGN_OR_RETURN(std::vector<std::string> argv, object.Texts("argv"));
  if (argv.empty() || argv.front().empty())
    return base::Fail(object.Unexpected("argv", "a program and its arguments", "no program"));
  return argv;
}

base::Result<Step> ReadExec(const base::JsonObject& object) {
  ExecStep step;
  ASSIGN_OR_RETURN(step.argv, ReadArgv(object));
  ASSIGN_OR_RETURN(step.may_fail, object.Flag("may_fail"));
  return step;
}

base::Result<Step> ReadSpawn(const base::JsonObject& object) {
  SpawnStep step;
  ASSIGN_OR_RETURN(step.machine, object.Text("machine"));
  ASSIGN_OR_RETURN(step.group, object.Text("group"));
  ASSIGN_OR_RETURN(step.argv, ReadArgv(object));
  return step;
}

base::Result<Step> ReadKill(const base::JsonObject& object) {
  KillStep step;
  ASSIGN_OR_RETURN(step.machine, object.Text("machine"));
  ASSIGN_OR_RETURN(step.group, object.Text("group"));
  return step;
}

base::Result<Step> ReadSql(const base::JsonObject& object) {
  SqlStep step;
  ASSIGN_OR_RETURN(step.machine, object.Text("machine"));
  ASSIGN_OR_RETURN(step.statements, object.Texts("statements"));
  ASSIGN_OR_RETURN(step.may_fail, object.Flag("may_fail"));
  return step;
}

base::Result<Step> ReadWrite(const base::JsonObject& object) {
  WriteStep step;
  ASSIGN_OR_RETURN(step.path, object.Text("path"));
  ASSIGN_OR_RETURN(step.text, object.Text("text"));
  return step;
}

base::Result<Step> ReadAction(const base::JsonObject& object) {
  ActionStep step;
  ASSIGN_OR_RETURN(step.action, object.Text("action"));
  ASSIGN_OR_RETURN(step.machine, object.Text("machine"));
  ASSIGN_OR_RETURN(step.arguments, object.Texts("arguments"));
  return step;
}

base::Result<Step> ReadStep(const base::JsonObject& object) {
  ASSIGN_OR_RETURN(const std::string name, object.Text("do"));
  if (name == "exec") return ReadExec(object);
  if (name == "spawn") return ReadSpawn(object);
  if (name == "kill") return ReadKill(object);
  if (name == "sql") return ReadSql(object);
  if (name == "write") return ReadWrite(object);
  if (name == "action") return ReadAction(object);
  return base::Fail(
      object.Unexpected("do", "exec, spawn, kill, sql, write or action", '"' + name + '"'));
}

base::Result<std::vector<Step>> ReadSteps(const base::JsonObject& plan, std::string_view key) {
  std::vector<Step> steps;
  RETURN_FAIL_IF_ERROR(plan.ForEach(key, [&](const base::JsonObject& object) -> base::Status {
    ASSIGN_OR_RETURN_STATUS(Step step, ReadStep(object));
    steps.push_back(std::move(step));
    return base::OkStatus();
  }));
  return steps;
}

}  // namespace

void WritePlan(base::JsonWriter& json, const FaultPlan& plan) {
  json.BeginObject();
  WriteSteps(json, "prepare", plan.prepare);
  WriteSteps(json, "start", plan.start);
  WriteSteps(json, "stop", plan.stop);
  WriteSteps(json, "restore", plan.restore);
  json.EndObject();
}

base::Result<FaultPlan> ReadPlan(const base::JsonObject& object) {
  FaultPlan plan;
  ASSIGN_OR_RETURN(plan.prepare, ReadSteps(object, "prepare"));
  ASSIGN_OR_RETURN(plan.start, ReadSteps(object, "start"));
  ASSIGN_OR_RETURN(plan.stop, ReadSteps(object, "stop"));
  ASSIGN_OR_RETURN(plan.restore, ReadSteps(object, "restore"));
  return plan;
}

std::string PlanToJson(const FaultPlan& plan) {
  base::JsonWriter json;
  WritePlan(json, plan);
  return json.Take();
}

base::Result<FaultPlan> ParsePlan(std::string_view text, std::string_view file) {
  ASSIGN_OR_RETURN(const base::JsonDocument document, base::JsonDocument::Parse(text, file));
  return ReadPlan(document.root());
}

}  // namespace distdiag::inject
