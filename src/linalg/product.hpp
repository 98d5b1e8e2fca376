#pragma once
// Matrix products of float (oneDNN) and double (Eigen) behind one function.

#include <string>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

enum class Transpose : bool { no = false, yes = true };

/// c = alpha * op(a) op(b) + beta * c, where op transposes or not; op(a) is [m, k], op(b) is [k, n], c is [m, n].
/// beta = 0 overwrites c, whatever was in it (NaN included). c must not overlap a or b. A sum over no terms is 0.
/// The last bits of a result depend on all sizes and on the processor type: callers whose results must not depend on
/// how work is grouped use fixed shapes. Throws std::logic_error when the sizes disagree.
void multiply(View<const float> a, Transpose ta, View<const float> b, Transpose tb, View<float> c, float alpha = 1.0F,
              float beta = 0.0F);
void multiply(View<const double> a, Transpose ta, View<const double> b, Transpose tb, View<double> c,
              double alpha = 1.0, double beta = 0.0);

/// Makes products of the calling thread run in that thread alone. Every thread that computes calls this first: the
/// product library would otherwise start a team of OpenMP threads, and a setting made in one thread holds for no other.
void use_one_thread();

/// The libraries that do the products, "oneDNN 2.6.3, Eigen 3.4.0".
[[nodiscard]] std::string linalg_version();

}  // namespace ohmcarlo
