#include "simulator/systemc_session.hpp"

#include <fstream>
#include <stdexcept>
#include <utility>

#include "base/error.hpp"

/// SystemC's library asks for it. It is the start of programs whose main is SystemC's, which ours is not.
extern "C" int sc_main(int /*argc*/, char* /*argv*/[]) {
  return 0;
}

namespace ohmcarlo {

OwnKernel::OwnKernel()
    : own_(std::make_unique<sc_core::sc_simcontext>()),
      current_(std::exchange(sc_core::sc_curr_simcontext, own_.get())),
      global_(std::exchange(sc_core::sc_default_global_context, own_.get())) {
  // What SystemC says besides errors is not for the user of this program.
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, sc_core::SC_DO_NOTHING);
  sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_THROW);
}

OwnKernel::~OwnKernel() {
  own_.reset();
  sc_core::sc_curr_simcontext = current_;
  sc_core::sc_default_global_context = global_;
}

namespace {

std::vector<int> reads_of(const ArrayNetwork& network) {
  std::vector<int> reads;
  for (const LayerScales& scales : network.scales()) reads.push_back(scales.coding.reads());
  return reads;
}

/// SystemC adds the ending itself.
std::string without_ending(const std::string& path) {
  return path.ends_with(".vcd") ? path.substr(0, path.size() - 4) : path;
}

}  // namespace

SystemcSession::SystemcSession(const ArrayNetwork& network, const SimulationOptions& options)
    : designs_(designs_of(network.network().spec(), network.layer(0).options(), reads_of(network))),
      takes_(network.layers()) {
  const std::vector<Node> specs = network.network().spec().weight_layers();
  for (std::size_t i = 0; i < network.layers(); ++i) {
    const MachineParts parts{network.layer(i),
                             network.scales()[i],
                             network.chip(i),
                             timing_of(designs_[i], options.accelerator),
                             lstm_spec(*specs[i].operation),
                             &network.state().parameters[i].bias};
    const auto take = [this, i](const VectorName& vector, std::span<const float> values) {
      if (error_) return;
      try {
        takes_[i](vector, values);
      } catch (...) {
        error_ = std::current_exception();
        sc_core::sc_pause();
      }
    };
    machines_.push_back(std::make_unique<LayerMachine>(specs[i].name.c_str(), parts, options.accelerator, take));
    if (options.keeps_periods)
      for (const LayerMachine::Module& module : machines_.back()->modules()) module.module->keep_periods();
  }
  if (!options.vcd.empty()) {
    if (const std::string path = without_ending(options.vcd) + ".vcd"; !std::ofstream(path, std::ios::app))
      fail_usage("--vcd {}: cannot be written", path);
    trace_ = sc_core::sc_create_vcd_trace_file(without_ending(options.vcd).c_str());
    trace_->set_time_unit(1, sc_core::SC_NS);
    for (const auto& machine : machines_) machine->trace_modules(trace_);
  }
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
}

SystemcSession::~SystemcSession() {
  if (trace_ != nullptr) sc_core::sc_close_vcd_trace_file(trace_);
}

void SystemcSession::run() {
  try {
    sc_core::sc_start();
  } catch (const sc_core::sc_report& report) {
    throw std::logic_error(report.get_msg());
  }
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

std::vector<ModuleActivity> SystemcSession::modules() const {
  std::vector<ModuleActivity> all;
  for (std::size_t i = 0; i < machines_.size(); ++i)
    for (const LayerMachine::Module& module : machines_[i]->modules())
      all.push_back({designs_[i].name, module.name, module.module->activity().cycles(), module.module->work(),
                     module.module->activity().periods()});
  return all;
}

}  // namespace ohmcarlo
