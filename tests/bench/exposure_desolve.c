/* Right-hand side of the two-compartment model with fading clearance, for deSolve. */
#include <R.h>
#include <math.h>

static double parms[7]; /* absorption, clearance, transient, decay, central, peripheral, exchange */

void initmod(void (*odeparms)(int *, double *)) {
  int n = 7;
  odeparms(&n, parms);
}

void derivs(int *neq, double *t, double *y, double *ydot, double *yout, int *ip) {
  double c = y[1] / parms[4];
  double clearance = parms[1] + parms[2] * exp(-parms[3] * *t);
  double exchange = parms[6] * (c - y[2] / parms[5]);
  double entering = parms[0] * y[0];
  ydot[0] = -entering;
  ydot[1] = entering - clearance * c - exchange;
  ydot[2] = exchange;
  ydot[3] = c;
}
