#include "detect/classify/model_artefact.h"

#include "detect/classify/features.h"

#include <cmath>
#include <limits>
#include <type_traits>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace distdiag::detect {
namespace {

namespace json = boost::json;

constexpr std::string_view kFormat = "distdiag-model";

std::string Quoted(std::string_view text) {
  return json::serialize(json::value(json::string_view(text.data(), text.size())));
}

// fmt writes the shortest digits that give the same float or double again.
template <typename T>
std::string Numbers(const std::vector<T>& values) {
  std::string text = "[";
  for (std::size_t i = 0; i < values.size(); ++i)
    fmt::format_to(std::back_inserter(text), "{}{}", i == 0 ? "" : ",", values[i]);
  return text + "]";
}

template <typename Map, typename Write>
std::string Object(const Map& map, Write write) {
  std::string text = "{";
  for (const auto& [name, value] : map) {
    fmt::format_to(std::back_inserter(text), "{}\n      {}: {}", text.size() == 1 ? "" : ",",
                   Quoted(name), write(value));
  }
  return text + (map.empty() ? "}" : "\n    }");
}

std::string ManifestText(const ModelManifest& manifest) {
  std::string cases;
  for (const TrainingCase& source : manifest.cases) {
    fmt::format_to(std::back_inserter(cases), "{}\n      {{\"id\": {}, \"content_hash\": {}}}",
                   cases.empty() ? "" : ",", Quoted(source.id), Quoted(source.content_hash));
  }
  std::map<std::string, double> scores = manifest.scores;
  std::erase_if(scores,
                [](const auto& score) { return !std::isfinite(score.second); });  // JSON has no NaN
  return fmt::format(
      "{{\n    \"feature_schema_hash\": {},\n    \"seed\": {},\n    \"parameters\": {},\n    "
      "\"scores\": {},\n"
      "    \"cases\": [{}\n    ]\n  }}",
      Quoted(manifest.feature_schema_hash), manifest.seed,
      Object(manifest.parameters, [](const std::string& value) { return Quoted(value); }),
      Object(scores, [](double value) { return fmt::format("{:.6g}", value); }), cases);
}

std::string ModelText(const ProblemModel& model) {
  std::string features, trees;
  for (const std::string& feature : model.features) {
    features += (features.empty() ? "" : ", ") + Quoted(feature);
  }
  for (const Tree& tree : model.trees.trees()) {
    fmt::format_to(std::back_inserter(trees),
                   "{}\n      {{\"left\": {}, \"right\": {}, \"feature\": {}, \"default_left\": "
                   "{}, \"threshold\": {}}}",
                   trees.empty() ? "" : ",", Numbers(tree.left), Numbers(tree.right),
                   Numbers(tree.feature), Numbers(tree.default_left), Numbers(tree.threshold));
  }
  return fmt::format(
      "\n    {{\"problem\": {}, \"features\": [{}],\n     \"calibration\": {{\"slope\": {}, "
      "\"offset\": {}}},\n"
      "     \"trees\": [{}\n    ]}}",
      Quoted(domain::GetProblem(model.problem).name), features, model.calibration.slope,
      model.calibration.offset, trees);
}

template <typename T>
std::vector<T> ReadNumbers(const json::value& array) {
  std::vector<T> numbers;
  for (const json::value& item : array.as_array()) {
    if constexpr (std::is_integral_v<T>) {
      numbers.push_back(item.to_number<T>());
    } else {
      // Beyond float's range: not finite, which WellFormed refuses.
      const double value = item.to_number<double>();
      numbers.push_back(std::abs(value) > std::numeric_limits<T>::max()
                            ? std::numeric_limits<T>::infinity()
                            : static_cast<T>(value));
    }
  }
  return numbers;
}

ModelManifest ReadManifest(const json::value& value) {
  ModelManifest manifest;
  manifest.feature_schema_hash = std::string(value.at("feature_schema_hash").as_string());
  manifest.seed = value.at("seed").to_number<std::uint64_t>();
  for (const auto& item : value.at("parameters").as_object()) {
    manifest.parameters[std::string(item.key())] = std::string(item.value().as_string());
  }
  for (const auto& item : value.at("scores").as_object()) {
    manifest.scores[std::string(item.key())] = item.value().to_number<double>();
  }
  for (const json::value& item : value.at("cases").as_array()) {
    manifest.cases.push_back(
        {std::string(item.at("id").as_string()), std::string(item.at("content_hash").as_string())});
  }
  return manifest;
}

base::Result<ProblemModel> ReadProblem(const json::value& value, std::string_view name) {
  ProblemModel model;
  const std::string problem(value.at("problem").as_string());
  const auto id = domain::FindProblem(problem);
  if (!id || *id == domain::ProblemId::kUnknown) {
    return base::Fail(base::DataLoss(
        fmt::format("{}: a known problem type expected, \"{}\" found", name, problem)));
  }
  model.problem = *id;
  for (const json::value& feature : value.at("features").as_array()) {
    model.features.emplace_back(feature.as_string());
    if (!FindFeature(model.features.back())) {
      return base::Fail(
          base::DataLoss(fmt::format("{}: problem {}: a known feature expected, \"{}\" found", name,
                                     problem, model.features.back())));
    }
  }
  model.calibration.slope =
      static_cast<float>(value.at("calibration").at("slope").to_number<double>());
  model.calibration.offset =
      static_cast<float>(value.at("calibration").at("offset").to_number<double>());
  if (!std::isfinite(model.calibration.slope) || !std::isfinite(model.calibration.offset)) {
    return base::Fail(base::DataLoss(
        fmt::format("{}: problem {}: a finite calibration expected", name, problem)));
  }
  std::vector<Tree> trees;
  for (const json::value& item : value.at("trees").as_array()) {
    trees.push_back(
        {ReadNumbers<std::int32_t>(item.at("left")), ReadNumbers<std::int32_t>(item.at("right")),
         ReadNumbers<std::int32_t>(item.at("feature")), ReadNumbers<float>(item.at("threshold")),
         ReadNumbers<std::uint8_t>(item.at("default_left"))});
    if (!WellFormed(trees.back(), model.features.size())) {
      return base::Fail(
          base::DataLoss(fmt::format("{}: problem {}: a well-formed tree expected, tree {} is not",
                                     name, problem, trees.size() - 1)));
    }
  }
  model.trees = TreeEnsemble(std::move(trees));
  return model;
}

base::Result<ModelArtefact> ReadParsed(const json::value& root, std::string_view name) {
  const json::object& object = root.as_object();
  if (!object.contains("format") ||
      object.at("format") != json::value(json::string_view(kFormat.data(), kFormat.size()))) {
    return base::Fail(base::DataLoss(fmt::format(
        "{}: a file of format \"{}\" expected, another JSON file found", name, kFormat)));
  }
  if (const int version = root.at("format_version").to_number<int>();
      version != kModelFormatVersion) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("{}: model format version {} expected, {} found; train it anew", name,
                    kModelFormatVersion, version)));
  }
  ModelArtefact artefact;
  artefact.manifest = ReadManifest(root.at("manifest"));
  if (artefact.manifest.feature_schema_hash != FeatureSchemaHash()) {
    return base::Fail(base::FailedPrecondition(
        fmt::format("{}: feature schema {} expected, {} found; train it anew", name,
                    FeatureSchemaHash(), artefact.manifest.feature_schema_hash)));
  }
  for (const json::value& item : root.at("models").as_array()) {
    ASSIGN_OR_RETURN(ProblemModel model, ReadProblem(item, name));
    artefact.models.push_back(std::move(model));
  }
  return artefact;
}

}  // namespace

std::string WriteModel(const ModelArtefact& artefact) {
  std::string models;
  for (const ProblemModel& model : artefact.models)
    models += (models.empty() ? "" : ",") + ModelText(model);
  return fmt::format(
      "{{\n  \"format\": \"{}\",\n  \"format_version\": {},\n  \"manifest\": {},\n  \"models\": "
      "[{}\n  ]\n}}\n",
      kFormat, kModelFormatVersion, ManifestText(artefact.manifest), models);
}

base::Result<ModelArtefact> ReadModel(std::string_view bytes, std::string_view name) {
  try {
    boost::system::error_code error;
    const json::value root = json::parse(json::string_view(bytes.data(), bytes.size()), error);
    if (error) {
      return base::Fail(base::DataLoss(
          fmt::format("{}: a model in JSON expected, {} found", name, error.message())));
    }
    return ReadParsed(root, name);
  } catch (const std::exception& error) {
    return base::Fail(base::DataLoss(
        fmt::format("{}: a whole model expected, a field is missing or of the wrong type ({})",
                    name, error.what())));
  }
}

base::Result<ModelArtefact> LoadModel(const base::FileSystem& files, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string bytes, files.ReadFile(path));
  return ReadModel(bytes, path);
}

base::Status SaveModel(base::FileSystem& files, const std::string& path,
                       const ModelArtefact& artefact) {
  return files.WriteFileAtomic(path, WriteModel(artefact));
}

}  // namespace distdiag::detect
