// Renders the settings table as commented YAML and as JSON Schema.
#include "engine/config.h"
#include "engine/settings.h"

#include <fmt/format.h>
#include <boost/json.hpp>

namespace distdiag::engine {
namespace {

namespace json = boost::json;

std::string RenderValue(const Setting& setting, Config& config) {
  switch (setting.type) {
    case SettingType::kString:
      return setting.text(config)->empty() ? "\"\"" : *setting.text(config);
    case SettingType::kInteger: return fmt::format("{}", *setting.integer(config));
    case SettingType::kNumber: return fmt::format("{}", *setting.number(config));
    case SettingType::kBoolean: return *setting.boolean(config) ? "true" : "false";
    case SettingType::kStringList:
      return fmt::format("[{}]", fmt::join(*setting.list(config), ", "));
    case SettingType::kNodeList: return "[]";
    case SettingType::kChannelList: break;
  }
  std::string text;
  for (const ChannelConfig& channel : config.notify.channels) {
    text += fmt::format("\n    - name: {}\n      kind: {}", channel.name, channel.kind);
    if (!channel.url.empty()) text += fmt::format("\n      url: {}", channel.url);
  }
  return text.empty() ? "[]" : text;
}

std::string RenderNodeKeys() {
  std::string text = "  # Keys of an entry of nodes:\n";
  for (const NodeSetting& setting : NodeSettings()) {
    text += fmt::format("  #   {:<14} {}{}\n", setting.key, setting.description,
                        setting.words.empty()
                            ? std::string()
                            : fmt::format(" One of: {}.", fmt::join(setting.words, ", ")));
  }
  return text;
}

std::string RenderBounds(const Setting& setting) {
  if (!setting.words.empty()) return fmt::format(" One of: {}.", fmt::join(setting.words, ", "));
  if (setting.type == SettingType::kInteger || setting.type == SettingType::kNumber)
    return fmt::format(" From {:.10g} to {:.10g}.", setting.minimum, setting.maximum);
  return "";
}

json::object StringSchema(const std::vector<std::string_view>& words) {
  json::object schema{{"type", "string"}, {"minLength", 1}};
  if (!words.empty()) {
    json::array allowed;
    for (const std::string_view word : words) allowed.emplace_back(word);
    schema["enum"] = std::move(allowed);
  }
  return schema;
}

json::object ChannelSchema() {
  return {{"type", "array"},
          {"items",
           {{"type", "object"},
            {"additionalProperties", false},
            {"required", {"name", "kind"}},
            {"properties",
             {{"name", StringSchema({})},
              {"kind", StringSchema({"log", "webhook"})},
              {"url", StringSchema({})}}}}}};
}

json::object NodeListSchema() {
  json::object properties;
  NodeConfig defaults;
  for (const NodeSetting& setting : NodeSettings()) {
    json::object schema;
    if (setting.text != nullptr) {
      schema = StringSchema(setting.words);
      if (!setting.text(defaults)->empty()) schema["default"] = *setting.text(defaults);
    } else if (setting.boolean != nullptr) {
      schema = {{"type", "boolean"}, {"default", *setting.boolean(defaults)}};
    } else {
      schema = {{"type", "integer"}, {"minimum", 1}, {"maximum", 65535}};
    }
    schema["description"] = setting.description;
    properties[setting.key] = std::move(schema);
  }
  return {{"type", "array"},
          {"items",
           {{"type", "object"},
            {"additionalProperties", false},
            {"required", {"name"}},
            {"properties", std::move(properties)}}}};
}

json::object SettingSchema(const Setting& setting, Config& config) {
  json::object schema;
  switch (setting.type) {
    case SettingType::kString:
      schema = StringSchema(setting.words);
      if (setting.text(config)->empty()) schema.erase("minLength");
      schema["default"] = *setting.text(config);
      break;
    case SettingType::kInteger:
      schema = {{"type", "integer"},
                {"minimum", static_cast<std::int64_t>(setting.minimum)},
                {"maximum", static_cast<std::int64_t>(setting.maximum)},
                {"default", *setting.integer(config)}};
      break;
    case SettingType::kNumber:
      schema = {{"type", "number"},
                {"minimum", setting.minimum},
                {"maximum", setting.maximum},
                {"default", *setting.number(config)}};
      break;
    case SettingType::kBoolean:
      schema = {{"type", "boolean"}, {"default", *setting.boolean(config)}};
      break;
    case SettingType::kStringList: schema = {{"type", "array"}, {"items", StringSchema({})}}; break;
    case SettingType::kChannelList: schema = ChannelSchema(); break;
    case SettingType::kNodeList: schema = NodeListSchema(); break;
  }
  schema["description"] = setting.description;
  return schema;
}

// A section and those within it, each level two spaces further in.
std::string RenderSection(const SettingSection& section, const std::string& indent,
                          Config& config) {
  std::string text =
      fmt::format("{0}# {1}\n{0}{2}:\n", indent, section.description, LastName(section.name));
  for (const Setting& setting : AllSettings()) {
    if (setting.section != section.name) continue;
    const std::string value = RenderValue(setting, config);
    if (setting.type == SettingType::kNodeList) text += RenderNodeKeys();
    text +=
        fmt::format("{0}  # {1}{2}\n{0}  {3}:{4}{5}\n", indent, setting.description,
                    RenderBounds(setting), setting.key, value.starts_with('\n') ? "" : " ", value);
  }
  for (const SettingSection& within : SectionsWithin(section.name))
    text += RenderSection(within, indent + "  ", config);
  return text;
}

json::object SectionSchema(const SettingSection& section, Config& config) {
  json::object properties;
  for (const Setting& setting : AllSettings()) {
    if (setting.section == section.name) properties[setting.key] = SettingSchema(setting, config);
  }
  for (const SettingSection& within : SectionsWithin(section.name))
    properties[LastName(within.name)] = SectionSchema(within, config);
  return {{"description", section.description},
          {"type", {"object", "null"}},
          {"additionalProperties", false},
          {"properties", std::move(properties)}};
}

}  // namespace

std::string RenderDefaultConfig() {
  Config config;
  std::string text =
      "# DistDiag's settings, every key at its default: the file may be empty or absent.\n"
      "# Checked by `distdiag check-config`; config/distdiag.schema.json describes it to editors.\n"
      "# This file is generated: `distdiag check-config --print-default`.\n";
  for (const SettingSection& section : SectionsWithin(""))
    text += "\n" + RenderSection(section, "", config);
  return text;
}

std::string RenderConfigSchema() {
  Config config;
  json::object sections;
  for (const SettingSection& section : SectionsWithin(""))
    sections[section.name] = SectionSchema(section, config);
  const json::object schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                            {"title", "DistDiag configuration"},
                            {"type", {"object", "null"}},
                            {"additionalProperties", false},
                            {"properties", std::move(sections)}};
  return json::serialize(schema) + "\n";
}

}  // namespace distdiag::engine
