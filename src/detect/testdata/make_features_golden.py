#!/usr/bin/python3
"""Writes features_golden.csv: rows of three nodes and the features that the formulas of features.h give for the last one.

Written from the formulas' text, independent of the C++ code. Run it in this folder after a formula changed.
Lines: `row,<tick>,<node>,<40 signals>` (empty = gap) and `feature,<node>,<name>,<value>`.
"""
import math

SIGNALS = """c_tps c_p95_ms d_Threads_running d_Threads_connected d_Innodb_row_lock_time d_Innodb_row_lock_waits
d_wsrep_local_bf_aborts d_wsrep_flow_control_paused_ns d_wsrep_flow_control_sent d_wsrep_local_recv_queue
d_wsrep_evs_lat_avg_ms d_Handler_read_rnd_next d_Handler_update d_Handler_write d_Handler_delete
d_Innodb_buffer_pool_reads d_Innodb_buffer_pool_read_requests d_Innodb_buffer_pool_write_requests
d_Innodb_buffer_pool_pages_total d_Innodb_os_log_written d_Innodb_log_write_requests d_Innodb_data_reads
d_Innodb_data_writes d_Innodb_data_written h_cpu_ext h_cpu_db h_cpu_throttled h_psi_cpu_some h_psi_io_some
h_disk_util h_disk_reads h_disk_writes h_disk_write_kb h_net_tx_kb h_net_rx_kb h_tcp_retrans h_tcp_timeouts
d_probe_ms h_up d_Com_commit""".split()
# A plausible level of each signal at rest.
LEVEL = [30, 60, 1.5, 10, 15, 2, 0.2, 0, 0, 0.1, 1, 620, 450, 620, 27, 20, 5000, 4000, 15000, 550000, 3700, 20, 160,
         5e6, 0, 0.2, 0.002, 0.1, 0.12, 0.25, 20, 310, 5500, 750, 740, 0.1, 0, 20, 1, 30]
NODES, BASELINE, WINDOW = 3, 12, 8

state = 12345


def rand():
    global state
    state = (1103515245 * state + 12345) % (1 << 31)
    return state / (1 << 31)


def make_rows():
    rows = []
    for tick in range(BASELINE + WINDOW):
        for node in range(NODES):
            row = [round(level * (0.8 + 0.4 * rand()), 4) for level in LEVEL]
            row[SIGNALS.index('h_up')] = 1
            if tick >= BASELINE:
                if node == 1:    # short of CPU, and the disk is busy with foreign work
                    row[SIGNALS.index('h_cpu_ext')] = round(0.3 + 0.1 * rand(), 4)
                    row[SIGNALS.index('h_psi_cpu_some')] = round(0.8 + 0.1 * rand(), 4)
                    row[SIGNALS.index('h_disk_reads')] = round(500 + 50 * rand(), 4)
                    row[SIGNALS.index('c_tps')] = round(4 * rand(), 4)
                    row[SIGNALS.index('c_p95_ms')] = round(2000 + 500 * rand(), 4)
                if node == 2 and tick % 2 == 0:    # its database answers every second time only
                    row = [None if SIGNALS[i].startswith('d_') else v for i, v in enumerate(row)]
            rows.append((tick, node, row))
    return rows


def mean(values):
    values = [v for v in values if v is not None]
    return sum(values) / len(values) if values else math.nan


def quantities(m):
    def s(name):
        return m[SIGNALS.index(name)]
    changed = s('d_Handler_update') + s('d_Handler_write') + s('d_Handler_delete') + 50

    def log(v, floor):
        return math.log(v + floor) if not math.isnan(v) else math.nan
    return [
        ('throughput', log(s('c_tps'), 1), -1), ('latency_p95', log(s('c_p95_ms'), 30), 1),
        ('threads_running', log(s('d_Threads_running'), 1), 1), ('connections', log(s('d_Threads_connected'), 2), 1),
        ('lock_time', log(s('d_Innodb_row_lock_time'), 100), 1), ('lock_waits', log(s('d_Innodb_row_lock_waits'), 2), 1),
        ('brute_force_aborts', log(s('d_wsrep_local_bf_aborts'), 1), 1),
        ('flow_paused', s('d_wsrep_flow_control_paused_ns') * 1e-9, 1),
        ('flow_sent', log(s('d_wsrep_flow_control_sent'), 0.3), 1),
        ('receive_queue', log(s('d_wsrep_local_recv_queue'), 2), 1),
        ('replication_latency', log(s('d_wsrep_evs_lat_avg_ms'), 1), 1),
        ('scanned_rows', log(s('d_Handler_read_rnd_next'), 1000), 1),
        ('cache_miss_ratio', log(s('d_Innodb_buffer_pool_reads') / (s('d_Innodb_buffer_pool_read_requests') + 200), 0.005), 1),
        ('cache_misses', log(s('d_Innodb_buffer_pool_reads'), 30), 1),
        ('cache_size', log(s('d_Innodb_buffer_pool_pages_total'), 100), -1),
        ('redo_per_row', log(s('d_Innodb_os_log_written') / changed, 20), 1),
        ('page_writes_per_row', log(s('d_Innodb_buffer_pool_write_requests') / changed, 0.2), 1),
        ('log_requests_per_row', log(s('d_Innodb_log_write_requests') / changed, 0.2), 1),
        ('cache_misses_per_row', log(s('d_Innodb_buffer_pool_reads') / changed, 0.02), 1),
        ('page_reads_per_row', log(s('d_Innodb_buffer_pool_read_requests') / changed, 0.2), 1),
        ('cpu_other', s('h_cpu_ext'), 1), ('cpu_database', log(s('h_cpu_db'), 0.05), -1),
        ('cpu_throttled', log(s('h_cpu_throttled'), 0.05), 1), ('cpu_pressure', s('h_psi_cpu_some'), 1),
        ('io_pressure', s('h_psi_io_some'), 1), ('disk_busy', s('h_disk_util'), 1),
        ('foreign_reads', log(max(0, s('h_disk_reads') - s('d_Innodb_data_reads')), 30), 1),
        ('foreign_writes', log(max(0, s('h_disk_writes') - s('d_Innodb_data_writes')), 50), 1),
        ('foreign_write_kb', log(max(0, s('h_disk_write_kb') - s('d_Innodb_data_written') / 1e3), 500), 1),
        ('net_sent', log(s('h_net_tx_kb'), 20), -1), ('tcp_retrans', log(s('h_tcp_retrans'), 1), 1),
        ('tcp_timeouts', log(s('h_tcp_timeouts'), 0.5), 1), ('status_latency', log(s('d_probe_ms'), 20), 1),
    ]


def features(rows):
    own, extras = [], []
    for node in range(NODES):
        base = [r for t, n, r in rows if n == node and t < BASELINE]
        now = [r for t, n, r in rows if n == node and t >= BASELINE]
        q0 = quantities([mean(c) for c in zip(*base)])
        q1 = quantities([mean(c) for c in zip(*now)])
        own.append([(name, b - a, sign) for (name, a, sign), (_, b, _) in zip(q0, q1)])
        rx = [r[SIGNALS.index('h_net_rx_kb')] for r in now]
        sd = math.sqrt(sum((v - mean(rx)) ** 2 for v in rx) / len(rx))
        extras.append([
            ('silent_database', sum(r[SIGNALS.index('d_Com_commit')] is None for r in now) / WINDOW),
            ('silent_clients', sum(r[SIGNALS.index('c_tps')] is None for r in now) / WINDOW),
            ('process_down', 1 - mean([r[SIGNALS.index('h_up')] for r in now])),
            ('receive_unsteadiness', sd / (mean(rx) + 20))])
    for node in range(NODES):
        for k, (name, value, sign) in enumerate(own[node]):
            others = sorted(sign * own[n][k][1] for n in range(NODES) if n != node)
            everyone = sorted(sign * own[n][k][1] for n in range(NODES))
            yield node, name, value
            yield node, name + '.vs_peers', value - sign * others[(len(others) - 1) // 4]
            yield node, name + '.every_node', sign * everyone[0]
            yield node, name + '.any_node', sign * everyone[-1]
        for name, value in extras[node]:
            yield node, name, value


rows = make_rows()
with open('features_golden.csv', 'w') as f:
    f.write('signals,' + ','.join(SIGNALS) + '\n')
    for tick, node, row in rows:
        f.write(f'row,{tick},{node},' + ','.join('' if v is None else repr(v) for v in row) + '\n')
    for node, name, value in features(rows):
        f.write(f'feature,{node},{name},{value:.9g}\n')
