# Rscript make_replicates.R <output dir>   Replicate designs: log odds, degrees of freedom after each weighting, domains.
args <- commandArgs(FALSE); here <- dirname(sub("^--file=", "", args[grep("^--file=", args)])); source(file.path(here, "..", "oracle_lib.R"))
OUT <- commandArgs(TRUE)[1]; if (is.na(OUT)) OUT <- here
set.seed(21); n <- 130
s <- data.frame(id=1:n, str=rep(1:13,each=10), cl=rep(1:26,each=5), sex=sample(c("man","vrouw"),n,TRUE), age=sample(c("jong","midden","oud"),n,TRUE,c(.3,.5,.2)), buurt=sample(c("a","b","c","d"),n,TRUE))
s$w <- round(runif(n,1,20),2); s$y <- round(rnorm(n,10,3)+2*(s$age=="oud"),2); s$x <- rpois(n,3)+1; s$ja <- rbinom(n,1,.25+.3*(s$sex=="man")); s$jm <- s$ja; s$jm[runif(n)<.1] <- NA
s <- s[sample(n),]; save_data(s,"s")
pair <- svydesign(ids=~cl,strata=~str,weights=~w,data=s); flat <- svydesign(ids=~cl,weights=~w,data=s)
T <- list(sex=c(man=700,vrouw=680),age=c(jong=400,midden=650,oud=330))
tf <- function(v) { x <- data.frame(names(T[[v]]),Freq=as.numeric(T[[v]])); names(x)[1] <- v; x }
M <- lapply(T,as.list); P <- c(`(Intercept)`=1380,sexvrouw=680,agemidden=650,ageoud=330)
cal <- function(m,b=NULL) Filter(Negate(is.null),list(step="calibrate",formula="~ sex + age",totals=nm(P),method=m,bounds=b))
run <- function(d,k,tag,steps=NULL) { id <- function(z) paste(c(k,tag,z),collapse="/"); df <- degf(d); z <- subset(d,buurt%in%c("a","b")&age!="oud"); v <- subset(d,sex=="vrouw")
  a <- function(i,op,args,e,tol=1e-6) add(id(i),k,op,args,steps=steps,expect=e,tol=tol)
  a("mean","mean",list(vars=c("y","x")),stat(svymean(~y+x,d),df)); a("total","total",list(vars="y"),stat(svytotal(~y,d),df))
  a("by","mean",list(vars="y",by="buurt"),by(svyby(~y,~buurt,d,svymean),df)); a("where","mean",list(vars="y",where="buurt in (a, b) and age in (jong, midden)"),stat(svymean(~y,z),degf(z)))
  r <- svyratio(~y,~x,d); ci <- confint(r,df=df); a("ratio","ratio",list(num="y",den="x"),list(est=as.numeric(coef(r)),se=as.numeric(SE(r)),ci_low=ci[1],ci_high=ci[2],df=df))
  for (m in c("logit","beta","asin")) a(paste0("prop_",m),"prop",list(var="jm",ci=m,na="drop"),c(prop(svyciprop(~jm,d,method=m,na.rm=TRUE)),df=df))
  a("prop_text","prop",list(var="buurt",level="c",ci="logit",conf=.9),c(prop(svyciprop(~I(buurt=="c"),d,method="logit",level=.9)),df=df))
  for (m in c("logit","beta")) a(paste0("where_",m),"prop",list(var="jm",ci=m,where="sex == vrouw",na="drop"),c(prop(svyciprop(~jm,v,method=m,na.rm=TRUE)),df=degf(v)))
  a("quantile","quantile",list(var="y",p=c(.25,.5),qrule="school",interval="mean"),quan(svyquantile(~y,d,c(.25,.5),qrule="school")),1e-7)
  a("chisq","chisq",list(rows="sex",cols="buurt",statistic="F"),htest(svychisq(~sex+buurt,d))); a("ttest","ttest",list(var="y",by="sex"),htest(svyttest(y~sex,d)))
  a("chisq_where","chisq",list(rows="age",cols="buurt",statistic="Chisq",where="sex == vrouw"),htest(svychisq(~age+buurt,v,statistic="Chisq")))
  a("chisq_na","chisq",list(rows="jm",cols="buurt",statistic="F",na="drop"),htest(svychisq(~jm+buurt,d)))
  a("ttest_na","ttest",list(var="jm",by="sex",na="drop"),htest(svyttest(jm~sex,d))); a("glm_na","glm",list(formula="y ~ sex + jm",family="gaussian",na="drop"),glmx(svyglm(y~sex+jm,d)))
  a("glm_where","glm",list(formula="y ~ jm + x",family="gaussian",where="sex == vrouw",na="drop"),glmx(svyglm(y~jm+x,v)))
  a("glm","glm",list(formula="y ~ sex + x",family="gaussian"),glmx(svyglm(y~sex+x,d))) }
# svyquantile takes the interval of a mean here, whatever interval.type says: its own parts are put together instead
wood <- function(d,k) for (m in c("beta","asin","xlogit")) { at <- function(p) as.numeric(svyquantile(~y,d,p,qrule="school",ci=FALSE)[[1]])
  q <- at(.4); b <- attr(svyciprop(~onder,update(d,onder=as.numeric(y<=q)),method=m),"ci"); e <- at(as.numeric(b))
  add(paste(k,"woodruff",m,sep="/"),k,"quantile",list(var="y",p=.4,qrule="school",interval=m),expect=list(p=.4,est=q,ci_low=e[1],ci_high=e[2],se=diff(e)/2/qt(.975,degf(d))),tol=1e-7) }
make <- function(k,d,type) { W <- weights(d,"analysis"); colnames(W) <- sprintf("r%03d",1:ncol(W)); save_data(as.data.frame(W),k)
  declare(k,"s",weights="w",replicates=list(file=k,type=type,scale=d$scale,rscales=d$rscales,mse=d$mse)); run(d,k,NULL); wood(d,k); d }
set.seed(5); jkn <- make("JKn",as.svrepdesign(pair,type="JKn"),"JKn"); fay <- make("Fay",as.svrepdesign(pair,type="Fay",fay.rho=.3,mse=TRUE),"Fay")
brr <- make("BRR",as.svrepdesign(pair,type="BRR"),"BRR"); jk1 <- make("JK1",as.svrepdesign(flat,type="JK1",mse=TRUE),"JK1"); boot <- make("bootstrap",as.svrepdesign(pair,type="bootstrap",replicates=30),"bootstrap")
tight <- list(maxit=500,epsilon=1e-11); K <- function(d,...) calibrate(d,~sex+age,P,epsilon=1e-11,maxit=300,compress=FALSE,...)
for (k in c("JKn","Fay")) { d <- if (k=="JKn") jkn else fay
  run(rake(d,list(~sex,~age),list(tf("sex"),tf("age")),control=tight),k,"rake",list(list(step="rake",margins=M)))
  run(postStratify(d,~age,tf("age")),k,"post",list(list(step="poststratify",by="age",targets=M$age)))
  run(K(d),k,"linear",list(cal("linear"))); run(K(d,bounds=c(.2,6)),k,"bounded",list(cal("linear",c(.2,6)))) 
  run(K(d,calfun="raking"),k,"exponential",list(cal("raking"))); run(K(d,calfun="logit",bounds=c(.05,12)),k,"logit",list(cal("logit",c(.05,12)))) }
run(postStratify(K(brr,calfun="raking"),~sex,tf("sex")),"BRR","two",list(cal("raking"),list(step="poststratify",by="sex",targets=M$sex)))
flush_out(META("replicate designs"))
