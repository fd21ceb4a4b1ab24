# Rscript peer.R <folder> <task> <repeats>   CPU seconds of R survey, one line per repetition.
suppressMessages(library(survey)); a <- commandArgs(TRUE); task <- a[2]; times <- as.integer(a[3])
size <- sub(".*_", "", task); what <- sub("_[^_]*$", "", task)
d <- read.csv(file.path(a[1], paste0(size, ".csv")), stringsAsFactors=TRUE); t <- read.csv(file.path(a[1], paste0(size, "_targets.csv")), stringsAsFactors=FALSE)
vs <- paste0("m", 1:6); N <- sum(t$total[t$variable == "m1"])
des <- svydesign(ids=~1, strata=~stratum, weights=~w, data=d)
pops <- lapply(vs, function(v) { x <- data.frame(t$category[t$variable == v], Freq=t$total[t$variable == v]); names(x)[1] <- v; x })
form <- as.formula(paste("~", paste(vs, collapse="+")))
tot <- c(N, unlist(lapply(vs, function(v) { x <- t[t$variable == v, ]; x <- x[order(x$category), ]; x$total[-1] })))
names(tot) <- colnames(model.matrix(form, d[1:50, ]))
ys <- grep("^y", names(d), value=TRUE); yf <- as.formula(paste("~", paste(ys, collapse="+")))
run <- switch(what,
  rake = function() rake(des, lapply(vs, function(v) as.formula(paste0("~", v))), pops, control=list(maxit=200, epsilon=1e-9)),
  linear = function() calibrate(des, form, tot),
  exponential = function() calibrate(des, form, tot, calfun="raking", maxit=100),
  logit = function() calibrate(des, form, tot, calfun="logit", bounds=c(.2, 5), maxit=100),
  domains = function() svyby(~y01, ~domain, des, svymean),
  domains_many = function() svyby(yf, ~domain, des, svymean),
  bootstrap = function() { b <- as.svrepdesign(des, type="subbootstrap", replicates=500); svymean(yf, b) })
for (i in seq_len(times)) { g <- gc(); s <- proc.time(); x <- run(); e <- proc.time() - s; cat(sum(e[1:2], na.rm=TRUE), "\n") }
cat("# R survey", as.character(packageVersion("survey")), R.version.string, "\n")
