# Rscript make_more.R <output dir>   More reference values: lonely strata, zero weights, several weighting steps, replicates.
args <- commandArgs(FALSE); here <- dirname(sub("^--file=", "", args[grep("^--file=", args)])); source(file.path(here, "..", "oracle_lib.R"))
OUT <- commandArgs(TRUE)[1]; if (is.na(OUT)) OUT <- here
options(survey.lonely.psu="fail")
set.seed(7); n <- 400
s <- data.frame(id=1:n, str=sample(c("p","q","r","t"),n,TRUE,c(.4,.3,.2,.1)), kleur=sample(c("rood","blauw","groen"),n,TRUE), vorm=sample(c("x","y"),n,TRUE), g=sample(c("a","b","c","d"),n,TRUE))
s <- s[order(s$str),]; s$cl <- ave(1:n, s$str, FUN=function(i) pmin(rep(1:ceiling(length(i)/5),each=5)[seq_along(i)], floor(length(i)/5)))
s$Nc <- c(p=90,q=70,r=60,t=30)[s$str]; s$Ni <- sample(8:20,1000,TRUE)[s$cl+c(p=0,q=100,r=200,t=300)[s$str]]
s$w <- runif(n,1,9); s$y <- rnorm(n,10+2*(s$kleur=="rood"),3); s$x <- rpois(n,3); s$ja <- rbinom(n,1,.3+.2*(s$vorm=="x")); s$ja[runif(n)<.1] <- NA; s$frac <- c(p=.1,q=.2,r=.3,t=.4)[s$str]
s$vorm[runif(n)<.05] <- NA
s$wz <- s$w; s$wz[sample(n,40)] <- 0; s$cnt <- rpois(n, exp(.2+.1*s$x))
s$vorm2<-s$vorm; save_data(s,"s")
l <- rbind(s, transform(s[1,],str="zz",y=30,kleur="rood",id=9999)); save_data(l,"l")
mk <- function(d,k,df=degf(d)) {
  add(paste0(k,"/mean"),k,"mean",list(vars=c("y","x")),expect=stat(svymean(~y+x,d,deff=!inherits(d,"svyrep.design")),df))
  add(paste0(k,"/total"),k,"total",list(vars="y"),expect=stat(svytotal(~y,d),df))
  add(paste0(k,"/by"),k,"mean",list(vars="y",by="kleur"),expect=by(svyby(~y,~kleur,d,svymean),df))
  add(paste0(k,"/by2"),k,"mean",list(vars=c("ja","y"),by=c("kleur","g"),na="drop_listwise"),expect=by(svyby(~ja+y,~kleur+g,d,svymean,na.rm=TRUE),df))
  add(paste0(k,"/bytot"),k,"total",list(vars="x",by="kleur"),expect=by(svyby(~x,~kleur,d,svytotal),df))
  add(paste0(k,"/factor"),k,"proportions",list(var="kleur"),expect=stat(svymean(~kleur,d),df))
  add(paste0(k,"/totfactor"),k,"totals",list(var="kleur"),expect=stat(svytotal(~kleur,d),df))
  z <- subset(d, g=="a"); 
  add(paste0(k,"/where"),k,"mean",list(vars="y",where="g == a"),expect=stat(svymean(~y,z),degf(z)))
  z2 <- subset(d, g%in%c("a","b") & x==3); 
  add(paste0(k,"/where2"),k,"total",list(vars="y",where="g in (a, b) and x == 3"),expect=stat(svytotal(~y,z2),degf(z2)))
  for (m in c("logit","beta","mean","asin","xlogit")) for (cf in c(.95,.8)) add(paste(k,"prop",m,cf,sep="/"),k,"prop",list(var="ja",na="drop",ci=m,conf=cf),expect=c(prop(svyciprop(~ja,d,method=m,level=cf,na.rm=TRUE)),df=df),tol=1e-6)
  add(paste0(k,"/quan"),k,"quantile",list(var="y",p=c(.2,.5),qrule="math",interval="mean"),expect=quan(svyquantile(~y,d,c(.2,.5))),tol=1e-7)
  r <- svyratio(~y,~x,d); add(paste0(k,"/ratio"),k,"ratio",list(num="y",den="x"),expect=list(est=as.numeric(coef(r)),se=as.numeric(SE(r))))
  for (st in c("F","Chisq","Wald","adjWald")) add(paste0(k,"/chisq",st),k,"chisq",list(rows="ja",cols="kleur",statistic=st,na="drop"),expect=htest(svychisq(~ja+kleur,d,statistic=st)),tol=1e-6)
  add(paste0(k,"/quan_na"),k,"quantile",list(var="ja",p=c(.3,.6,.7),qrule="math",interval="mean",na="drop"),expect=quan(svyquantile(~ja,d,c(.3,.6,.7),na.rm=TRUE)),tol=1e-7)
  add(paste0(k,"/quan_where"),k,"quantile",list(var="y",p=c(.2,.5),qrule="math",interval="mean",where="g == a"),expect=quan(svyquantile(~y,z,c(.2,.5))),tol=1e-7)
  add(paste0(k,"/ttest_na"),k,"ttest",list(var="ja",by="vorm2",na="drop"),expect=htest(svyttest(ja~vorm2,d)),tol=1e-6)
  add(paste0(k,"/prop_where_beta"),k,"prop",list(var="ja",ci="beta",where="g == a",na="drop"),expect=c(prop(svyciprop(~ja,z,method="beta",na.rm=TRUE)),df=degf(z)),tol=1e-6)
  add(paste0(k,"/glm"),k,"glm",list(formula="y ~ kleur + x",family="gaussian"),expect=glmx(svyglm(y~kleur+x,d)),tol=1e-6)
  add(paste0(k,"/glmint"),k,"glm",list(formula="y ~ kleur * x",family="gaussian"),expect=glmx(svyglm(y~kleur*x,d)),tol=1e-6)
  add(paste0(k,"/glmpois"),k,"glm",list(formula="cnt ~ x",family="poisson"),expect=glmx(svyglm(cnt~x,d,family=quasipoisson())),tol=1e-5)
  add(paste0(k,"/glmbin"),k,"glm",list(formula="ja ~ x + vorm",family="binomial",na="drop"),expect=glmx(svyglm(ja~x+vorm,d,family=quasibinomial())),tol=1e-5)
}
mkr <- function(d,k,df=degf(d)) { add(paste0(k,"/mean"),k,"mean",list(vars=c("y","x")),expect=stat(svymean(~y+x,d),df)); add(paste0(k,"/total"),k,"total",list(vars="y"),expect=stat(svytotal(~y,d),df)); add(paste0(k,"/by"),k,"mean",list(vars="y",by="kleur"),expect=by(svyby(~y,~kleur,d,svymean),df)); for (m in c("beta","mean","xlogit")) add(paste(k,"prop",m,sep="/"),k,"prop",list(var="ja",na="drop",ci=m),expect=c(prop(svyciprop(~ja,d,method=m,na.rm=TRUE)),df=df),tol=1e-6); add(paste0(k,"/chisqF"),k,"chisq",list(rows="ja",cols="kleur",statistic="F",na="drop"),expect=htest(svychisq(~ja+kleur,d)),tol=1e-6);add(paste0(k,"/glm"),k,"glm",list(formula="y ~ kleur + x",family="gaussian"),expect=glmx(svyglm(y~kleur+x,d)),tol=1e-6); add(paste0(k,"/factor"),k,"proportions",list(var="kleur"),expect=stat(svymean(~kleur,d),df));z <- subset(d, g=="a"); add(paste0(k,"/where"),k,"mean",list(vars="y",where="g == a"),expect=stat(svymean(~y,z),degf(z))) }
wrap <- function(d,k,...) tryCatch(mk(d,k,...), error=function(e) {cat(k,conditionMessage(e),"\n"); print(sys.calls()[1:3])})
declare("frac","s",strata="str",weights="w",fpc="frac"); wrap(svydesign(ids=~1,strata=~str,weights=~w,fpc=~frac,data=s),"frac")
declare("clus","s",strata="str",ids="cl",weights="w",nest=TRUE); dc<-svydesign(ids=~cl,strata=~str,weights=~w,data=s,nest=TRUE); wrap(dc,"clus")
s$Ni2 <- ave(s$Ni, s$str, s$cl, FUN=max); save_data(s,"s")
declare("two","s",strata="str",ids=c("cl","id"),weights="w",fpc=c("Nc","Ni2"),nest=TRUE); wrap(svydesign(ids=~cl+id,strata=~str,weights=~w,fpc=~Nc+Ni2,data=s,nest=TRUE),"two")
declare("zero","s",strata="str",weights="wz"); wrap(svydesign(ids=~1,strata=~str,weights=~wz,data=s),"zero")
for (r in c("JKn","bootstrap")) { set.seed(3); b<-as.svrepdesign(dc,type=r,replicates=40); W<-weights(b,"analysis"); colnames(W)<-sprintf("r%03d",1:ncol(W)); save_data(as.data.frame(W),paste0("rep",r)); k<-paste0("rep",r)
 declare(k,"s",weights="w",replicates=list(file=k,type=r,scale=b$scale,rscales=b$rscales,mse=FALSE)); try(mkr(b,k)) }
for (o in c("adjust","remove","certainty","average")) { options(survey.lonely.psu=o); k<-paste0("lone_",o); declare(k,"l",strata="str",weights="w",lonely_psu=o); wrap(svydesign(ids=~1,strata=~str,weights=~w,data=l),k) }
options(survey.lonely.psu="fail")
# multi-step
ps <- data.frame(kleur=c("rood","blauw","groen"),Freq=c(800,600,700)); gs<-data.frame(g=c("a","b","c","d"),Freq=c(500,500,600,500))
d0<-svydesign(ids=~cl,strata=~str,weights=~w,data=s,nest=TRUE)
S1<-list(step="poststratify",by="kleur",targets=list(rood=800,blauw=600,groen=700))
d1<-postStratify(d0,~kleur,ps); d2<-rake(d1,list(~kleur,~g),list(ps,gs),control=list(maxit=300,epsilon=1e-11))
S2<-list(step="rake",margins=list(kleur=list(rood=800,blauw=600,groen=700),g=list(a=500,b=500,c=600,d=500)))
S3<-list(step="calibrate",formula="~ g + x",totals=list(`(Intercept)`=2100,gb=500,gc=600,gd=500,x=6500),method="linear")
S4<-list(step="calibrate",formula="~ g:kleur - 1 + x",totals=NULL,method="linear")
d3<-calibrate(d1,~g+x,c(`(Intercept)`=2100,gb=500,gc=600,gd=500,x=6500),epsilon=1e-12)
d4<-calibrate(d2,~g+x,c(`(Intercept)`=2100,gb=500,gc=600,gd=500,x=6500),calfun="raking",epsilon=1e-12)
S5<-modifyList(S3,list(method="raking"))
msteps<-list(list(d1,list(S1),"ps"),list(d2,list(S1,S2),"ps_rake"),list(d3,list(S1,S3),"ps_cal"),list(d4,list(S1,S2,S5),"three"))
for (z in msteps) { d<-z[[1]]; df<-degf(d)
 add(paste0("step/",z[[3]],"/w"),"clus","weights",steps=z[[2]],expect=wts(d),tol=1e-7)
 add(paste0("step/",z[[3]],"/mean"),"clus","mean",list(vars=c("y","x")),steps=z[[2]],expect=stat(svymean(~y+x,d),df),tol=1e-6)
 add(paste0("step/",z[[3]],"/by"),"clus","mean",list(vars="y",by="g"),steps=z[[2]],expect=by(svyby(~y,~g,d,svymean),df),tol=1e-6)
 add(paste0("step/",z[[3]],"/where"),"clus","mean",list(vars="y",where="g == a"),steps=z[[2]],expect=stat(svymean(~y,subset(d,g=="a")),degf(subset(d,g=="a"))),tol=1e-6)
 add(paste0("step/",z[[3]],"/prop"),"clus","prop",list(var="ja",na="drop",ci="beta"),steps=z[[2]],expect=c(prop(svyciprop(~ja,d,method="beta",na.rm=TRUE)),df=df),tol=1e-6)
 add(paste0("step/",z[[3]],"/chisq"),"clus","chisq",list(rows="ja",cols="kleur",statistic="F",na="drop"),steps=z[[2]],expect=htest(svychisq(~ja+kleur,d)),tol=1e-6)
 add(paste0("step/",z[[3]],"/quan"),"clus","quantile",list(var="y",p=c(.2,.5),qrule="math",interval="mean"),steps=z[[2]],expect=quan(svyquantile(~y,d,c(.2,.5))),tol=1e-6)
}
for (z in msteps[2]) { d<-z[[1]]; q<-subset(d,g=="a"); add("step/beta_where","clus","prop",list(var="ja",na="drop",ci="beta",where="g == a"),steps=z[[2]],expect=c(prop(svyciprop(~ja,q,method="beta",na.rm=TRUE)),df=degf(q)),tol=1e-6) }
tt<-svyttest(y~0,dc); add("t1","clus","ttest",list(var="y"),expect=htest(tt),tol=1e-7)
flush_out(META("more oracles"))
