#include "engine/config.h"

#include "base/file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using ::testing::HasSubstr;

TEST(ConfigTest, AnEmptyFileGivesTheDefaults) {
  const auto config = ParseConfig("", "c.yaml");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->serve.ui_address, "127.0.0.1:13000");
  ASSERT_EQ(config->notify.channels.size(), 1u);
}

TEST(ConfigTest, ValuesAreTaken) {
  const auto config = ParseConfig(
      "source:\n  speed: 10\n  cases: [A1_r1, B1_r1]\n  repeat: true\nnotify:\n  channels:\n    - "
      "{name: ops, kind: webhook, url: 'http://x/y'}\nserve:\n",
      "c.yaml");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_DOUBLE_EQ(config->source.speed, 10);
  EXPECT_EQ(config->source.cases.size(), 2u);
  EXPECT_TRUE(config->source.repeat);
  EXPECT_EQ(config->notify.channels[0].url, "http://x/y");
}

TEST(ConfigTest, ASectionWithinASectionIsTaken) {
  const auto config =
      ParseConfig("detectors:\n  sequence:\n    enabled: false\n    path: m.json\n", "c.yaml");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_FALSE(config->detectors.sequence.enabled);
  EXPECT_EQ(config->detectors.sequence.path, "m.json");
  EXPECT_TRUE(ParseConfig("detectors:\n  sequence:\n", "c.yaml")->detectors.sequence.enabled);
}

TEST(ConfigTest, TheShippedFileAndSchemaAreTheRenderedOnes) {
  const base::RealFileSystem files;
  const std::string folder = DISTDIAG_SOURCE_DIR "/config";
  EXPECT_EQ(*files.ReadFile(folder + "/distdiag.yaml"), RenderDefaultConfig())
      << "run: distdiag check-config --print-default > config/distdiag.yaml";
  EXPECT_EQ(*files.ReadFile(folder + "/distdiag.schema.json"), RenderConfigSchema())
      << "run: distdiag check-config --print-schema > config/distdiag.schema.json";
}

TEST(ConfigTest, TheRenderedDefaultIsValid) {
  const auto config = ParseConfig(RenderDefaultConfig(), "default");
  EXPECT_TRUE(config) << config.error().message();
}

TEST(ConfigTest, LiveNodesAreTaken) {
  const auto config = ParseConfig(
      "source:\n  kind: live\n  interval_s: 5\n  nodes:\n    - name: n1\n      zone: z1\n      "
      "host: "
      "db1\n      port: 3307\n      tls: required\n    - {name: n2, socket: /run/x.sock, "
      "injectable: true}\nlab:\n  directory: ''\n",
      "c.yaml");
  ASSERT_TRUE(config) << config.error().message();
  ASSERT_EQ(config->source.nodes.size(), 2u);
  EXPECT_EQ(config->source.nodes[0].port, 3307);
  EXPECT_EQ(config->source.nodes[0].tls, "required");
  EXPECT_FALSE(config->source.nodes[0].injectable);
  EXPECT_TRUE(config->source.nodes[1].injectable);
  EXPECT_EQ(config->source.nodes[1].user, "distdiag");
}

struct BadCase {
  const char* name;
  const char* yaml;
  const char* message;
};

class ConfigBadInputTest : public ::testing::TestWithParam<BadCase> {};

TEST_P(ConfigBadInputTest, NamesLineColumnKeyExpectedAndFound) {
  const auto config = ParseConfig(GetParam().yaml, "c.yaml");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message(), HasSubstr(GetParam().message));
  EXPECT_THAT(config.error().message(), ::testing::Not(HasSubstr("\n")));
}

INSTANTIATE_TEST_SUITE_P(
    All, ConfigBadInputTest,
    ::testing::Values(
        BadCase{"broken_yaml", "serve: [", "c.yaml:1:"},
        BadCase{"unknown_inner_section", "detectors: {sequnce: {enabled: false}}",
                "found unknown key detectors.sequnce (did you mean sequence?)"},
        BadCase{"unknown_inner_key", "detectors:\n  sequence:\n    on: true",
                "c.yaml:3:5: expected one of the keys enabled, path; found unknown key "
                "detectors.sequence.on"},
        BadCase{"inner_section_is_no_map", "detectors: {sequence: false}",
                "key detectors.sequence: expected a map, found \"false\""},
        BadCase{"dotted_section", "detectors.sequence: {enabled: false}", "found unknown key"},
        BadCase{"inner_section_twice", "detectors: {sequence: {}, sequence: {}}",
                "key detectors.sequence: expected each key once"},
        BadCase{"not_a_map", "- a",
                "c.yaml:1:1: key (top level): expected a map of sections, found a list"},
        BadCase{
            "unknown_section", "servee:\n  a: 1\n",
            "c.yaml:1:1: expected one of the keys source, window, model, detectors, diagnosis, "
            "storage, serve, notify, lab, logging; found unknown key servee (did you mean serve?)"},
        BadCase{"unknown_key", "serve:\n  ui_adress: x\n",
                "c.yaml:2:3: expected one of the keys ui_address, api_address, web_directory, "
                "public_url; found unknown key serve.ui_adress (did you mean ui_address?)"},
        BadCase{"twice", "serve:\n  ui_address: a\n  ui_address: b\n",
                "c.yaml:3:3: key serve.ui_address: expected each key once, found it again"},
        BadCase{"word", "diagnosis:\n  ranker: best\n",
                "key diagnosis.ranker: expected one of combined, grano_rcr, dist_diagnosis, "
                "classifier, largest_deviation, found \"best\""},
        BadCase{"text_for_number", "source:\n  speed: fast\n",
                "key source.speed: expected a number from 0 to 1000, found \"fast\""},
        BadCase{"nan", "source:\n  speed: .nan\n",
                "key source.speed: expected a number from 0 to 1000"},
        BadCase{"bounds", "window:\n  capacity_ticks: 5\n",
                "expected a whole number from 120 to 1000000, found \"5\""},
        BadCase{"fraction", "window:\n  capacity_ticks: 500.5\n", "expected a whole number"},
        BadCase{"boolean", "source:\n  repeat: maybe\n", "expected true or false, found \"maybe\""},
        BadCase{"list", "source:\n  cases: A1\n", "expected a list of strings, found \"A1\""},
        BadCase{"channel_kind", "notify:\n  channels:\n    - {name: a, kind: pigeon}\n",
                "key notify.channels.kind: expected one of log, webhook, found \"pigeon\""},
        BadCase{"channel_url",
                "notify:\n  channels:\n    - {name: a, kind: webhook, url: 'ftp://secret'}\n",
                "key notify.channels.url: expected an address that begins with http:// or "
                "https://, found something else"},
        BadCase{"live_without_nodes", "source:\n  kind: live\n",
                "key source.nodes: expected at least one node (source.kind is live), found none"},
        BadCase{"node_key", "source:\n  nodes:\n    - {name: a, hots: x}\n",
                "found unknown key source.nodes.hots (did you mean host?)"},
        BadCase{"node_without_name", "source:\n  nodes:\n    - {host: x}\n",
                "key source.nodes.name: expected a non-empty string, found nothing"},
        BadCase{"node_without_anything", "source:\n  nodes:\n    - {name: a}\n",
                "expected host or socket of the database, or host_metrics, found nothing"},
        BadCase{"node_port", "source:\n  nodes:\n    - {name: a, host: x, port: 70000}\n",
                "key source.nodes.port: expected a port from 1 to 65535, found \"70000\""},
        BadCase{"node_database",
                "source:\n  nodes:\n    - {name: a, host: x, database: oceanbas}\n",
                "key source.nodes.database: expected one of mysql, oceanbase, found \"oceanbas\""},
        BadCase{"node_twice",
                "source:\n  nodes:\n    - {name: a, host: x}\n    - {name: a, host: y}\n",
                "c.yaml:4:7: key source.nodes: expected each node name once, found \"a\" again"},
        BadCase{"node_tls", "source:\n  nodes:\n    - {name: a, host: x, tls: verified}\n",
                "key source.nodes.tls_ca_file: expected the certificates to verify with"},
        BadCase{"node_tls_on_a_socket",
                "source:\n  nodes:\n    - {name: a, socket: /x.sock, tls: required}\n",
                "key source.nodes.tls: expected off or preferred"},
        BadCase{"node_exporter_address",
                "source:\n  nodes:\n    - {name: a, host_metrics: node_exporter}\n",
                "key source.nodes.node_exporter: expected an address that begins with http://"},
        BadCase{
            "channel_twice",
            "notify:\n  channels:\n    - {name: a, kind: log}\n    - {name: a, kind: log}\n",
            "c.yaml:4:7: key notify.channels: expected each channel name once, found \"a\" again"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace distdiag::engine
