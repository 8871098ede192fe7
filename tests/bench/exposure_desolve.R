# The bench of the exposure solver in R: deSolve's lsoda with a compiled right-hand side, one subject after the other.
# Rscript exposure_desolve.R parameters.csv profiles.csv
# parameters.csv: absorption, clearance, transient, decay, central, peripheral, exchange, bioavailability, then one dose (mg) a column.
library(deSolve)
arguments <- commandArgs(trailingOnly = TRUE)
given <- as.matrix(read.csv(arguments[1]))
here <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
folder <- tempfile()
dir.create(folder)
file.copy(file.path(dirname(here), "exposure_desolve.c"), folder)
setwd(folder)
system2(file.path(R.home("bin"), "R"), c("CMD", "SHLIB", "exposure_desolve.c"), stdout = FALSE)
dyn.load("exposure_desolve.so")
days <- c(0, 3, 7, 14, 21, 28)
grid <- 0:400
profiles <- matrix(0, length(grid), nrow(given))
before <- proc.time()[["user.self"]]
for (n in seq_len(nrow(given))) {
  doses <- data.frame(var = "depot", time = days, value = given[n, 8] * given[n, 9:14], method = "add")
  out <- lsoda(c(depot = 0, central = 0, deep = 0, auc = 0), grid, "derivs", unname(given[n, 1:7]),
    dllname = "exposure_desolve", initfunc = "initmod", rtol = 1e-8, atol = 1e-10,
    events = list(data = doses))
  profiles[, n] <- out[, "central"] / given[n, 5]
}
cat((proc.time()[["user.self"]] - before) / nrow(given) * 1e6, "\n")
write.csv(profiles, arguments[2], row.names = FALSE)
